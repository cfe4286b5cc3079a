-- Everyday statements that no rule has anything to say about.
CREATE TABLE users (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT,
  name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci NOT NULL DEFAULT '' COMMENT 'it''s; a -- name',
  total DECIMAL(12, 2) GENERATED ALWAYS AS (price * amount) STORED,
  tags JSON NOT NULL DEFAULT (JSON_ARRAY()),
  `drop` ENUM('DROP', 'TRUNCATE', 'DELETE FROM users') NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY uq_name (name(50) DESC),
  KEY `delete from` (`drop`),
  CONSTRAINT ck CHECK (total >= 0 OR `drop` = 'DROP TABLE users'),
  CONSTRAINT fk FOREIGN KEY (name) REFERENCES other (name) ON DELETE CASCADE ON UPDATE SET NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COMMENT = 'DROP TABLE users; TRUNCATE TABLE users'
  PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (100), PARTITION p1 VALUES LESS THAN MAXVALUE);
ALTER TABLE users ADD COLUMN nick VARCHAR(50) NULL AFTER name, ADD INDEX by_nick (nick), ALGORITHM = INPLACE, LOCK = NONE;  -- expect: table-rebuild
ALTER TABLE users ADD COLUMN `rename` INT, ADD COLUMN modify_at DATETIME, ADD COLUMN changed INT;
ALTER TABLE users ADD INDEX `DROP COLUMN nick` (nick) COMMENT ', DROP COLUMN nick';
ALTER TABLE users ADD PARTITION PARTITIONS 4;  -- expect: table-rebuild
ALTER TABLE users ANALYZE PARTITION p0;
ALTER TABLE users DISABLE KEYS;
CREATE INDEX by_drop ON users (`drop`) COMMENT 'DROP INDEX x ON y';
INSERT INTO users (name, `drop`) VALUES ('Robert''); DROP TABLE students;--', 'DROP');
INSERT INTO users (name) SELECT name FROM people WHERE name NOT IN (SELECT name FROM users);
INSERT INTO users SET name = 'UPDATE users SET name = 1';
INSERT INTO users (name) VALUES ('a'), ('b') AS new ON DUPLICATE KEY UPDATE name = users.name;
INSERT INTO users TABLE people;
UPDATE users SET name = REPLACE(name, 'DROP TABLE', ''), total = TRUNCATE(total, 2) WHERE id BETWEEN 1 AND 100;
UPDATE users SET name = (SELECT name FROM people WHERE people.id = users.id) WHERE name = '';
UPDATE users AS u, people AS p SET u.name = p.name WHERE u.id = p.id;
UPDATE users u LEFT JOIN (people p CROSS JOIN towns t) ON p.id = u.id SET u.name = p.name WHERE t.id = 1;
UPDATE users, JSON_TABLE('[1]', '$[*]' COLUMNS (a INT PATH '$')) j SET users.total = j.a WHERE users.id = j.a;
DELETE FROM users WHERE id IN (1, 2, 3);
DELETE FROM users USING users JOIN people ON people.id = users.id WHERE people.gone;
SELECT id FROM users WHERE name = 'DROP DATABASE shop' UNION ALL SELECT 1 INTO @id;
SELECT @a := 1, @`drop table`, 'x' 'DROP TABLE users', N'DROP TABLE users', _utf8mb4'DROP TABLE users', x'44';
(SELECT 1) UNION (SELECT 2);
WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT * FROM n;
INSERT INTO numbers WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 10) SELECT * FROM n;
VALUES ROW(1, 2), ROW(3, 4);
TABLE users;
DO SLEEP(0);
SHOW CREATE TABLE users;
EXPLAIN SELECT * FROM users;
ANALYZE TABLE users;
CHECK TABLE users;
CREATE VIEW v AS SELECT u.id, (SELECT COUNT(*) FROM orders WHERE orders.user_id = u.id) AS n FROM users u;
SET @old = @@sql_mode, sql_mode = 'STRICT_ALL_TABLES';
LOAD DATA LOCAL INFILE 'DROP TABLE users.csv' INTO TABLE users FIELDS TERMINATED BY ';' LINES TERMINATED BY '\n' (id, @x) SET name = @x;
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM sessions WHERE at < NOW() - INTERVAL 30 DAY;
CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW SET NEW.name = TRIM(NEW.name);
CREATE PROCEDURE p (IN a INT) UPDATE users SET total = a WHERE id = a;
CREATE FUNCTION f (a INT) RETURNS INT DETERMINISTIC RETURN a + 1;
CREATE TEMPORARY TABLE scratch AS SELECT * FROM users;
CREATE SPATIAL INDEX by_place ON towns (place);  -- expect: table-rebuild
