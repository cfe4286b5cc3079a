-- changeset: a table and its first rows
CREATE TABLE states (id INT PRIMARY KEY);
INSERT INTO states VALUES (1);  -- expect: mixed-ddl-dml
INSERT INTO states VALUES (2);

-- changeset: rows first
UPDATE users SET active = 1 WHERE id = 1;
ALTER TABLE users ADD COLUMN a INT;  -- expect: mixed-ddl-dml

-- changeset: excused above any of the statements
CREATE TABLE states (id INT PRIMARY KEY);
INSERT INTO states VALUES (1);  -- expect: excused mixed-ddl-dml
-- db-deploy:allow mixed-ddl-dml nobody reads the table yet
INSERT INTO states VALUES (2);

-- changeset: rows alone
INSERT INTO states VALUES (1);
SET @a = 1;
UPDATE states SET id = 2 WHERE id = 1;
DELETE FROM states WHERE id = 2;

-- changeset: DDL alone
CREATE TABLE states (id INT PRIMARY KEY);
SELECT 1;

-- changeset: the body of a routine runs later
CREATE TRIGGER t BEFORE INSERT ON states FOR EACH ROW INSERT INTO audit VALUES (1);

-- changeset: one statement with its temporary tables
CREATE TEMPORARY TABLE ids (id INT);
INSERT INTO ids VALUES (1), (2);
ALTER TABLE ids ADD COLUMN a INT;
UPDATE ids SET a = 1;
INSERT INTO states SELECT id FROM ids;
DROP TEMPORARY TABLE ids;

-- changeset: two statements beside temporary tables are not one transaction
CREATE TEMPORARY TABLE ids (id INT);
INSERT INTO ids VALUES (1);
INSERT INTO states SELECT id FROM ids;  -- expect: mixed-ddl-dml
INSERT INTO audit SELECT id FROM ids;

-- changeset: a GRANT commits too
INSERT INTO states VALUES (1);
GRANT SELECT ON states TO bob;  -- expect: privilege-change, mixed-ddl-dml
