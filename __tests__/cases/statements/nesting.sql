CREATE TABLE nest (id INT PRIMARY KEY, v INT);
DELIMITER //
CREATE PROCEDURE deep(INOUT n INT)
outer_block: BEGIN
  DECLARE done INT DEFAULT 0;
  DECLARE i INT DEFAULT 0;
  DECLARE cur CURSOR FOR SELECT id FROM nest ORDER BY id;
  DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1;
  DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN SET n = -1; RESIGNAL; END;
  OPEN cur;
  walk: REPEAT
    FETCH cur INTO i;
    IF NOT done THEN
      BEGIN
        DECLARE k INT DEFAULT 0;
        inner_loop: WHILE k < 2 DO
          BEGIN
            IF k = 1 THEN
              CASE i
                WHEN 1 THEN BEGIN SET n = n + 1; END;
                ELSE BEGIN /* ; */ SET n = n + (SELECT COUNT(*) FROM (SELECT 1 FROM (SELECT ';' AS `;`) a) b); END;
              END CASE;
            ELSEIF k = 0 THEN SET n = n + IF(i > 0, 1, 0);
            END IF;
            SET k = k + 1;
          END;
        END WHILE inner_loop;
      END;
    END IF;
  UNTIL done END REPEAT walk;
  CLOSE cur;
END outer_block
//
DELIMITER ;
INSERT INTO nest VALUES (1, 0), (2, 0), (3, 0);
SET @n = 0; CALL deep(@n); UPDATE nest SET v = @n WHERE id = 1;
WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 3), d AS (SELECT (((n))) AS m FROM c) UPDATE nest JOIN d ON d.m = nest.id SET nest.v = nest.v + d.m;
INSERT INTO nest WITH x AS (SELECT 9 AS id) SELECT id, (SELECT MAX(v) FROM (SELECT v FROM nest) y) FROM x;
