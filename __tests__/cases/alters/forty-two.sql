-- The ALTERs of every day, each on its own empty copy of these tables; what follows a line is what MySQL 9.7 did.
CREATE TABLE teams (id INT NOT NULL PRIMARY KEY);
CREATE TABLE t (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  a INT NOT NULL DEFAULT 0,
  b INT NULL,
  v VARCHAR(50) NOT NULL DEFAULT '',
  n DECIMAL(10, 2) NULL,
  e ENUM('x', 'y') NULL,
  bio TEXT NULL,
  KEY by_a (a)
);
CREATE TABLE p (id INT NOT NULL, PRIMARY KEY (id))
  PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN (20));
ALTER TABLE t ADD COLUMN c INT NULL;  -- 9.7: instant
ALTER TABLE t ADD COLUMN c INT NULL FIRST;  -- 9.7: instant
ALTER TABLE t ADD COLUMN c INT NOT NULL DEFAULT 5;  -- 9.7: instant
ALTER TABLE t ADD COLUMN c INT NOT NULL;  -- 9.7: instant
ALTER TABLE t DROP COLUMN b;  -- 9.7: instant
ALTER TABLE t RENAME COLUMN b TO c;  -- 9.7: instant
ALTER TABLE t ALTER COLUMN b SET DEFAULT 7;  -- 9.7: instant
ALTER TABLE t MODIFY e ENUM('x', 'y', 'z') NULL;  -- 9.7: instant
ALTER TABLE t MODIFY b INT NULL COMMENT 'number of things';  -- 9.7: instant
ALTER TABLE t ADD COLUMN c INT AS (a + 1) VIRTUAL;  -- 9.7: instant
ALTER TABLE t RENAME TO u;  -- 9.7: instant
ALTER TABLE t MODIFY v VARCHAR(60) NOT NULL DEFAULT '';  -- 9.7: inplace
ALTER TABLE t DROP INDEX by_a;  -- 9.7: inplace
ALTER TABLE t RENAME INDEX by_a TO a_too;  -- 9.7: inplace
ALTER TABLE t ALTER INDEX by_a INVISIBLE;  -- 9.7: inplace
ALTER TABLE t DEFAULT CHARSET latin1;  -- 9.7: inplace
ALTER TABLE t COMMENT = 'things';  -- 9.7: inplace
ALTER TABLE t AUTO_INCREMENT = 1000;  -- 9.7: inplace
ALTER TABLE p ADD PARTITION (PARTITION p2 VALUES LESS THAN (30));  -- 9.7: inplace
ALTER TABLE p DROP PARTITION p1;  -- 9.7: inplace
ALTER TABLE t ADD INDEX by_b (b);  -- 9.7: inplace
ALTER TABLE t ADD UNIQUE INDEX by_b (b);  -- 9.7: inplace
SET foreign_key_checks = 0; ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES teams (id);  -- 9.7: inplace
ALTER TABLE t MODIFY a INT NULL DEFAULT 0;  -- 9.7: rewrite
ALTER TABLE t MODIFY b INT NOT NULL;  -- 9.7: rewrite
ALTER TABLE t MODIFY b INT NULL FIRST;  -- 9.7: rewrite
ALTER TABLE t DROP PRIMARY KEY, ADD PRIMARY KEY (id, a);  -- 9.7: rewrite
ALTER TABLE t ROW_FORMAT = COMPACT;  -- 9.7: rewrite
ALTER TABLE t ENGINE = InnoDB;  -- 9.7: rewrite
ALTER TABLE t ADD COLUMN c INT NULL, ADD INDEX by_c (c);  -- 9.7: rewrite
ALTER TABLE t ADD FULLTEXT INDEX by_bio (bio);  -- 9.7: blocks
ALTER TABLE t ADD INDEX by_sum ((a * 2));  -- 9.7: blocks
ALTER TABLE t MODIFY e ENUM('x', 'w', 'y') NULL;  -- 9.7: copy
ALTER TABLE t MODIFY v VARCHAR(80) NOT NULL DEFAULT '';  -- 9.7: copy
ALTER TABLE t MODIFY v VARCHAR(20) NOT NULL DEFAULT '';  -- 9.7: copy
ALTER TABLE t MODIFY a BIGINT NOT NULL DEFAULT 0;  -- 9.7: copy
ALTER TABLE t MODIFY n DECIMAL(12, 2) NULL;  -- 9.7: copy
ALTER TABLE t ADD COLUMN c INT AS (a + 1) STORED;  -- 9.7: copy
ALTER TABLE t ADD FOREIGN KEY (b) REFERENCES teams (id);  -- 9.7: copy
ALTER TABLE t ADD CHECK (a >= 0);  -- 9.7: copy
ALTER TABLE t CONVERT TO CHARACTER SET latin1;  -- 9.7: copy
ALTER TABLE t PARTITION BY HASH (id) PARTITIONS 4;  -- 9.7: copy
