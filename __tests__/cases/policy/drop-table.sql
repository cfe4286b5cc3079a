DROP TABLE users;  -- expect: drop-table
drop table if exists users;  -- expect: drop-table
DROP TABLES users, orders;  -- expect: drop-table
DROP TABLE IF EXISTS users RESTRICT;  -- expect: drop-table
DROP TABLE `users`;  -- expect: drop-table
DROP TABLE "users";  -- expect: drop-table
DROP TABLE `a;b`;  -- expect: drop-table
DROP TABLE `tem``porary`;  -- expect: drop-table
DROP TABLE temporary;  -- expect: drop-table
DROP/**/TABLE/**/users;  -- expect: drop-table

DROP -- expect: drop-table
  /* TEMPORARY */
  TABLE users;

DROP TEMPORARY TABLE users;
DROP TEMPORARY TABLE IF EXISTS users, orders;
DROP VIEW users;  -- expect: breaks-readers
DROP VIEW IF EXISTS `drop table`;  -- expect: breaks-readers
DROP TRIGGER users_audit;  -- expect: breaks-readers
DROP PROCEDURE IF EXISTS drop_table;  -- expect: breaks-readers
DROP FUNCTION f;  -- expect: breaks-readers
DROP EVENT e;  -- expect: breaks-readers
CREATE TABLE `drop table` (`drop table` INT PRIMARY KEY COMMENT 'DROP TABLE users');
INSERT INTO notes (body) VALUES ('DROP TABLE users; -- '), ("DROP TABLE users"), ('it''s \'DROP TABLE users');
INSERT INTO drops (drop_table) VALUES (1) /* DROP TABLE users */;
SELECT 1 /*+ DROP TABLE users */;
-- DROP TABLE users;
# DROP TABLE users;
/* DROP TABLE users; */
SELECT 'DROP TABLE users';
CREATE VIEW dropped AS SELECT `table` FROM `drop` WHERE `table` = 'DROP TABLE users';
