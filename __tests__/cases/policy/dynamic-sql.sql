PREPARE s FROM 'DROP TABLE users';  -- expect: dynamic-sql
PREPARE s FROM @sql;  -- expect: dynamic-sql
EXECUTE s;  -- expect: dynamic-sql
EXECUTE s USING @a;  -- expect: dynamic-sql
DEALLOCATE PREPARE s;
DROP PREPARE s;
SELECT 'PREPARE s FROM x';
GRANT EXECUTE ON PROCEDURE p TO 'app'@'%';  -- expect: privilege-change
CREATE TABLE `execute` (`prepare` INT PRIMARY KEY);

-- changeset: an EXECUTE of what the changeset prepared is not reported again
PREPARE s FROM @sql;  -- expect: dynamic-sql
EXECUTE s;
EXECUTE S USING @a;
EXECUTE other;  -- expect: dynamic-sql
DEALLOCATE PREPARE s;

-- changeset: a routine that puts SQL together
DELIMITER //
CREATE PROCEDURE p (IN name VARCHAR(64))
BEGIN
  SET @sql = CONCAT('DROP TABLE ', name);
  PREPARE s FROM @sql;  -- expect: dynamic-sql
  EXECUTE s;
  DEALLOCATE PREPARE s;
END//
DELIMITER ;
