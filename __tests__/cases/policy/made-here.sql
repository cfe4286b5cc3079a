-- changeset: the rows of a partition are not the new table's
CREATE TABLE old_logs LIKE logs;
ALTER TABLE logs EXCHANGE PARTITION p0 WITH TABLE old_logs;  -- expect: rename, several-ddl
DROP TABLE old_logs;  -- expect: drop-table

-- changeset: the table may have been there
CREATE TABLE IF NOT EXISTS scratch (id INT PRIMARY KEY);
DELETE FROM scratch;  -- expect: delete-without-where, mixed-ddl-dml

-- changeset: another table has the name now
CREATE TABLE users_new (id INT PRIMARY KEY);
RENAME TABLE users TO users_old, users_new TO users;  -- expect: rename, several-ddl
DROP TABLE users_old;  -- expect: drop-table

-- changeset: what it made itself is its own
CREATE TABLE scratch (id INT PRIMARY KEY, a INT);
DELETE FROM scratch;  -- expect: mixed-ddl-dml
UPDATE scratch SET id = 1;
TRUNCATE scratch;  -- expect: several-ddl
REPLACE INTO scratch VALUES (1, 2);
INSERT INTO scratch VALUES (1, 2) ON DUPLICATE KEY UPDATE a = 2;
ALTER TABLE scratch DROP COLUMN a;
DROP TABLE scratch;
DROP TABLE scratch;  -- expect: drop-table

-- changeset: a table that is made again
DROP TABLE IF EXISTS scratch;  -- expect: drop-table
CREATE TABLE IF NOT EXISTS scratch (id INT PRIMARY KEY);  -- expect: several-ddl
DELETE FROM scratch;  -- expect: mixed-ddl-dml

-- changeset: the name is free
RENAME TABLE users TO people;  -- expect: rename
CREATE TABLE IF NOT EXISTS users (id INT PRIMARY KEY);  -- expect: several-ddl
DELETE FROM users;  -- expect: mixed-ddl-dml
DELETE FROM people;  -- expect: delete-without-where

-- changeset: the name is taken again
DROP TABLE a;  -- expect: drop-table
RENAME TABLE b TO a;  -- expect: rename, several-ddl
CREATE TABLE IF NOT EXISTS a (id INT PRIMARY KEY);
DELETE FROM a;  -- expect: delete-without-where, mixed-ddl-dml

-- changeset: only some servers make a new one
CREATE TABLE /*!80400 IF NOT EXISTS */ users (id INT PRIMARY KEY);
DELETE FROM users;  -- expect: delete-without-where, mixed-ddl-dml

-- changeset: views and routines
CREATE VIEW v AS SELECT 1;
ALTER VIEW v AS SELECT 2;  -- expect: several-ddl
DROP VIEW v;
DROP VIEW v;  -- expect: breaks-readers

-- changeset: a view that may have been there
CREATE OR REPLACE VIEW v AS SELECT 1;  -- expect: breaks-readers
DROP VIEW v;  -- expect: breaks-readers, several-ddl

-- changeset: a body that goes on after an error may not have made the table
DELIMITER //
CREATE PROCEDURE p ()
BEGIN
  DECLARE CONTINUE HANDLER FOR 1050 BEGIN END;
  CREATE TABLE users (id INT PRIMARY KEY);
  DELETE FROM users;  -- expect: delete-without-where
END//
CREATE PROCEDURE q ()  -- expect: several-ddl
BEGIN
  CREATE TABLE scratch (id INT PRIMARY KEY);
  DELETE FROM scratch;
  DROP TABLE scratch;
END//
DELIMITER ;

-- changeset: several statements under another delimiter are all judged
DELIMITER //
INSERT INTO notes VALUES (1); DELETE FROM users WHERE 2 > 1//  -- expect: delete-without-where
DROP PROCEDURE IF EXISTS p; CREATE PROCEDURE p () BEGIN DELETE FROM a; DELETE FROM b WHERE id = 1; END//  -- expect: breaks-readers, delete-without-where, mixed-ddl-dml
DELIMITER ;
