CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW DELETE FROM audit;  -- expect: delete-without-where
CREATE TRIGGER t AFTER DELETE ON users FOR EACH ROW FOLLOWS u UPDATE audit SET n = n + 1;  -- expect: update-without-where
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO TRUNCATE TABLE audit;  -- expect: truncate
CREATE EVENT e ON SCHEDULE AT NOW() + INTERVAL 1 HOUR ON COMPLETION PRESERVE COMMENT 'DO it' DO DROP TABLE users;  -- expect: drop-table
ALTER EVENT e DO DROP TABLE users;  -- expect: drop-table, breaks-readers
ALTER EVENT e ON SCHEDULE EVERY 1 DAY RENAME TO f DO DELETE FROM audit;  -- expect: delete-without-where, breaks-readers
CREATE DEFINER = event@localhost EVENT IF NOT EXISTS e ON SCHEDULE EVERY 1 DAY DO DELETE FROM audit;  -- expect: delete-without-where
CREATE PROCEDURE p () DROP TABLE users;  -- expect: drop-table
CREATE PROCEDURE p () COMMENT 'x' NOT DETERMINISTIC MODIFIES SQL DATA SQL SECURITY DEFINER DROP TABLE users;  -- expect: drop-table
CREATE PROCEDURE p (IN a SET('x'), OUT b INT) LANGUAGE SQL READS SQL DATA DROP DATABASE shop;  -- expect: drop-database
CREATE DEFINER = 'a'@'%' PROCEDURE `drop` () DELETE FROM users;  -- expect: delete-without-where
CREATE PROCEDURE p () WITH c AS (SELECT 1 WHERE 1) DELETE FROM users;  -- expect: delete-without-where
CREATE PROCEDURE p () SET @a = GET_LOCK('a', 1);  -- expect: session-control
CREATE PROCEDURE p () SET GLOBAL max_connections = 5;  -- expect: session-control
CREATE PROCEDURE p () LOCK TABLES users WRITE;  -- expect: session-control
CREATE PROCEDURE p () GRANT ALL ON *.* TO eve;  -- expect: privilege-change
CREATE PROCEDURE p () ALTER TABLE users DROP nick;  -- expect: drop-column
CREATE PROCEDURE p () UPDATE users SET a = 1 WHERE id = 1;
CREATE PROCEDURE drop_table (`drop table` INT) COMMENT 'DROP TABLE users' SELECT 'DROP TABLE users';
CREATE FUNCTION f RETURNS INTEGER SONAME 'drop.so';  -- expect: server-change
DROP FUNCTION IF EXISTS f;  -- expect: breaks-readers
ALTER PROCEDURE p COMMENT 'DROP TABLE users';
CREATE PROCEDURE p () LANGUAGE JAVASCRIPT AS $$ DROP TABLE users; $$;
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO CALL cleanup();  -- expect: dynamic-sql

DELIMITER //
CREATE FUNCTION f (a INT) RETURNS VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin DETERMINISTIC
BEGIN
  DECLARE n INT DEFAULT RELEASE_ALL_LOCKS();  -- expect: session-control
  DELETE FROM users;  -- expect: delete-without-where
  RETURN 'x';
END//

CREATE FUNCTION f (a INT) RETURNS SET('a', 'b') NO SQL
  RETURN CASE WHEN a THEN 'DELETE FROM users' ELSE GET_LOCK('a', 1) END//  -- expect: session-control

CREATE PROCEDURE p (a INT)
main: BEGIN
  DECLARE done INT DEFAULT FALSE;
  DECLARE c CURSOR FOR SELECT id FROM users WHERE id > 5;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = TRUE;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION, SQLSTATE VALUE '23000', 1062 BEGIN
    ROLLBACK;
    DELETE FROM locks;  -- expect: delete-without-where
    RESIGNAL;
  END;
  START TRANSACTION;
  OPEN c;
  each_row: LOOP
    FETCH c INTO a;
    IF done THEN LEAVE each_row; END IF;
    UPDATE users SET active = CASE WHEN a > 1 THEN 1 ELSE 0 END;  -- expect: update-without-where
    UPDATE users SET active = CASE WHEN a > 1 THEN 1 ELSE 0 END WHERE id = a;
  END LOOP each_row;
  CLOSE c;
  CASE a
    WHEN 1 THEN DELETE FROM one;  -- expect: delete-without-where
    WHEN CASE WHEN a THEN 2 ELSE 3 END THEN DELETE FROM two;  -- expect: delete-without-where
    ELSE DELETE FROM three;  -- expect: delete-without-where
  END CASE;
  WHILE a > 0 DO DROP TABLE four;  -- expect: drop-table
    SET a = a - 1; END WHILE;
  REPEAT DELETE FROM five;  -- expect: delete-without-where
    UNTIL (SELECT COUNT(*) FROM five) = 0 END REPEAT;
  IF CASE a WHEN 1 THEN TRUE ELSE FALSE END THEN
    BEGIN
      inner_label: BEGIN TRUNCATE six; END inner_label;  -- expect: truncate
    END;
  ELSEIF a = GET_LOCK('a', 1) THEN  -- expect: session-control
    ALTER TABLE seven DROP a;  -- expect: drop-column
  ELSE
    INSERT INTO notes VALUES ('DROP TABLE users; DELETE FROM users;');
  END IF;
  COMMIT;
END main//

CREATE PROCEDURE p ()
BEGIN
  DECLARE end INT;
  DECLARE do INT;
  DECLARE EXIT HANDLER FOR SQLWARNING DROP TABLE users;  -- expect: drop-table
  IF end = 1 THEN DROP TABLE a; END IF;  -- expect: drop-table
  IF CASE WHEN end THEN 1 ELSE 2 END = 1 THEN DROP TABLE b; END IF;  -- expect: drop-table
  WHILE do DO DELETE FROM c; END WHILE;  -- expect: delete-without-where
  SET end = 5;
  SELECT begin, end FROM spans WHERE begin < 5;
  DELETE FROM d;  -- expect: delete-without-where
  XA START 'x';  -- expect: session-control
  SAVEPOINT a;
  ROLLBACK TO a;
  RELEASE SAVEPOINT a;
END//

CREATE TRIGGER t BEFORE UPDATE ON users FOR EACH ROW
BEGIN
  -- DELETE FROM audit;
  IF NEW.a <> OLD.a THEN SET NEW.`delete` = 'DELETE FROM audit;'; END IF;
  INSERT INTO audit (a) SELECT TRUNCATE(NEW.a, 2);
END//

CREATE PROCEDURE p (b INT)
  IF b THEN CREATE TABLE IF NOT EXISTS audit (id INT); END IF//  -- expect: no-primary-key
CREATE PROCEDURE `begin` () BEGIN DELETE FROM users; END//  -- expect: delete-without-where
CREATE PROCEDURE p () `label`: BEGIN DELETE FROM users; END//  -- expect: delete-without-where
CREATE PROCEDURE p () lbl: LOOP DELETE FROM users; END LOOP//  -- expect: delete-without-where
CREATE FUNCTION f () RETURNS DOUBLE PRECISION UNSIGNED NO SQL BEGIN DELETE FROM users; RETURN 1; END//  -- expect: delete-without-where
CREATE FUNCTION f () RETURNS CHAR(5) CHARSET utf8mb4 BEGIN DELETE FROM users; RETURN 1; END//  -- expect: delete-without-where
CREATE FUNCTION f () RETURNS NATIONAL VARCHAR(5) BINARY NO SQL BEGIN DELETE FROM users; RETURN 1; END//  -- expect: delete-without-where
CREATE FUNCTION f () RETURNS INT NOT DETERMINISTIC IF 1 THEN DELETE FROM users; RETURN 1; END IF//  -- expect: delete-without-where
DELIMITER ;
