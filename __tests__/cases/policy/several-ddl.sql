-- changeset: two tables
CREATE TABLE a (id INT PRIMARY KEY);
CREATE TABLE b (id INT PRIMARY KEY);  -- expect: several-ddl
CREATE TABLE c (id INT PRIMARY KEY);

-- changeset: excused above any of them
CREATE TABLE a (id INT PRIMARY KEY);
CREATE TABLE b (id INT PRIMARY KEY);  -- expect: excused several-ddl
-- db-deploy:allow several-ddl the tables are new
CREATE TABLE c (id INT PRIMARY KEY);

-- changeset: excused above the first
-- db-deploy:allow several-ddl the tables are new
CREATE TABLE a (id INT PRIMARY KEY);
CREATE TABLE b (id INT PRIMARY KEY);  -- expect: excused several-ddl

-- changeset: an allow comment above another kind of statement excuses nothing
-- db-deploy:allow several-ddl this is no DDL
SET @a = 1;
CREATE TABLE a (id INT PRIMARY KEY);
CREATE TABLE b (id INT PRIMARY KEY);  -- expect: several-ddl

-- changeset: one table, two statements
ALTER TABLE users ADD COLUMN a INT;
ALTER TABLE users ADD COLUMN b INT;  -- expect: several-ddl

-- changeset: a routine cannot be replaced in one statement
DROP PROCEDURE IF EXISTS p;  -- expect: breaks-readers
CREATE PROCEDURE p () SELECT 1;

-- changeset: nor can a trigger
DROP TRIGGER IF EXISTS `t`;  -- expect: breaks-readers
CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW SET NEW.a = 1;

-- changeset: two routines are two
DROP PROCEDURE IF EXISTS p;  -- expect: breaks-readers
CREATE PROCEDURE p () SELECT 1;
DROP PROCEDURE IF EXISTS q;  -- expect: breaks-readers
CREATE PROCEDURE q () SELECT 1;  -- expect: several-ddl

-- changeset: another routine
DROP PROCEDURE IF EXISTS p;  -- expect: breaks-readers
CREATE PROCEDURE q () SELECT 1;  -- expect: several-ddl

-- changeset: temporary tables commit nothing
CREATE TEMPORARY TABLE a (id INT);
CREATE TEMPORARY TABLE b (id INT);
DROP TEMPORARY TABLE a;
CREATE TABLE c (id INT PRIMARY KEY);

-- changeset: one DDL statement and what is none
SET NAMES utf8mb4;
CREATE TABLE a (id INT PRIMARY KEY);
SELECT 1;
