DROP DATABASE shop;  -- expect: drop-database
DROP SCHEMA shop;  -- expect: drop-database
drop schema if exists `shop`;  -- expect: drop-database
DROP /* nothing */ DATABASE IF EXISTS shop;  -- expect: drop-database
DROP TABLE `database`;  -- expect: drop-table
SELECT SCHEMA(), DATABASE(), 'DROP DATABASE shop';
CREATE TABLE `schema` (id INT PRIMARY KEY) COMMENT 'DROP SCHEMA shop';
