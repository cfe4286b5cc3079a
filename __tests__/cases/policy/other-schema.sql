-- schema: shop
USE other;  -- expect: other-schema
use `other`;  -- expect: other-schema
USE shop;  -- expect: other-schema
INSERT INTO other.users (id) VALUES (1);  -- expect: other-schema
INSERT IGNORE INTO `other`.`users` VALUES (1);  -- expect: other-schema
INSERT other.users VALUES (1);  -- expect: other-schema
INSERT INTO other /* . */ . users VALUES (1);  -- expect: other-schema
INSERT INTO Shop.users VALUES (1);  -- expect: other-schema
REPLACE INTO other.users VALUES (1);  -- expect: other-schema, overwrites-rows
REPLACE DELAYED other.users SET id = 1;  -- expect: other-schema, overwrites-rows
INSERT INTO mysql.user (User) VALUES ('x');  -- expect: other-schema
UPDATE other.users SET active = 1 WHERE id = 1;  -- expect: other-schema
UPDATE other.users u SET active = 1 WHERE u.id = 1;  -- expect: other-schema
UPDATE users u JOIN other.orders o ON o.user_id = u.id SET o.paid = 1 WHERE u.id = 1;  -- expect: other-schema
UPDATE users u JOIN other.orders o ON o.user_id = u.id SET paid = 1 WHERE u.id = 1;  -- expect: other-schema
UPDATE users, other.orders SET other.orders.paid = 1 WHERE users.id = 1;  -- expect: other-schema, overwrites-rows
UPDATE users, (other.orders, other.items i) SET i.paid = 1 WHERE users.id = 1;  -- expect: other-schema, overwrites-rows
WITH c AS (SELECT 1 AS id) UPDATE other.users SET active = 1 WHERE id = 1;  -- expect: other-schema
DELETE FROM other.users WHERE id = 1;  -- expect: other-schema
DELETE u FROM other.users u WHERE u.id = 1;  -- expect: other-schema
DELETE FROM u USING other.users AS u WHERE u.id = 1;  -- expect: other-schema
DELETE other.users.* FROM other.users WHERE id = 1;  -- expect: other-schema
DELETE users, o FROM users JOIN other.orders o ON o.user_id = users.id WHERE o.id = 1;  -- expect: other-schema
LOAD DATA LOCAL INFILE 'a.csv' REPLACE INTO TABLE other.users FIELDS TERMINATED BY ',';  -- expect: other-schema, overwrites-rows
LOAD XML INFILE 'INTO TABLE users' INTO TABLE `other`.users;  -- expect: other-schema, server-change
TRUNCATE other.users;  -- expect: other-schema, truncate
CREATE TABLE other.users (id INT PRIMARY KEY);  -- expect: other-schema
CREATE TABLE IF NOT EXISTS other.users LIKE users;  -- expect: other-schema
CREATE VIEW other.v AS SELECT 1;  -- expect: other-schema
CREATE OR REPLACE ALGORITHM = MERGE DEFINER = view@localhost SQL SECURITY INVOKER VIEW other.v AS SELECT 1;  -- expect: other-schema, breaks-readers
CREATE INDEX i ON other.users (id);  -- expect: other-schema
DROP INDEX i ON other.users;  -- expect: other-schema, drop-index
ALTER TABLE other.users ADD COLUMN a INT;  -- expect: other-schema
ALTER TABLE users RENAME TO other.users;  -- expect: other-schema, rename
ALTER TABLE users RENAME other.users;  -- expect: other-schema, rename
ALTER TABLE logs EXCHANGE PARTITION p0 WITH TABLE other.logs;  -- expect: other-schema, rename
RENAME TABLE users TO trash.users;  -- expect: other-schema, rename
RENAME TABLE a TO b, other.c TO d;  -- expect: other-schema, rename
DROP TABLE users, other.users;  -- expect: other-schema, drop-table
DROP VIEW IF EXISTS other.v;  -- expect: other-schema, breaks-readers
DROP TRIGGER other.t;  -- expect: other-schema, breaks-readers
DROP PROCEDURE other.p;  -- expect: other-schema, breaks-readers
DROP EVENT IF EXISTS other.e;  -- expect: other-schema, breaks-readers
CREATE TRIGGER other.t BEFORE INSERT ON users FOR EACH ROW SET NEW.a = 1;  -- expect: other-schema
CREATE TRIGGER t BEFORE INSERT ON other.users FOR EACH ROW SET NEW.a = 1;  -- expect: other-schema
CREATE PROCEDURE other.p () SELECT 1;  -- expect: other-schema
CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW INSERT INTO other.audit VALUES (NEW.id);  -- expect: other-schema
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM other.audit WHERE id < 5;  -- expect: other-schema
ALTER EVENT e ON COMPLETION PRESERVE RENAME TO other.e;  -- expect: other-schema, breaks-readers
ALTER EVENT e RENAME TO f;  -- expect: breaks-readers
CREATE SQL SECURITY DEFINER VIEW other.v AS SELECT 1;  -- expect: other-schema
CREATE DEFINER = `a`@`b` SQL SECURITY DEFINER VIEW other.v AS SELECT 1;  -- expect: other-schema
ALTER EVENT other.e DISABLE;  -- expect: other-schema, breaks-readers
CALL other.cleanup();  -- expect: other-schema, dynamic-sql
CREATE DATABASE other;  -- expect: other-schema
CREATE SCHEMA IF NOT EXISTS other;  -- expect: other-schema
ALTER DATABASE other CHARACTER SET utf8mb4;  -- expect: other-schema
DROP DATABASE other;  -- expect: drop-database, other-schema

INSERT INTO shop.users VALUES (1);
INSERT INTO `shop`.`users` VALUES (1);
INSERT INTO users SELECT * FROM other.users;
INSERT INTO users (id) VALUES ((SELECT MAX(id) FROM other.users));
UPDATE users u JOIN other.orders o ON o.user_id = u.id SET u.active = o.paid WHERE u.id = 1;
UPDATE users SET users.name = 'x' WHERE id = 1;
DELETE users FROM users JOIN other.orders o ON o.user_id = users.id WHERE o.id = 1;
DELETE u FROM users u WHERE u.id IN (SELECT user_id FROM other.orders);
CREATE TABLE users LIKE other.users;
CREATE TABLE copies (PRIMARY KEY (id)) SELECT * FROM other.users;
CREATE VIEW v AS SELECT * FROM other.users;
CREATE TABLE a (id INT PRIMARY KEY, u INT, FOREIGN KEY (u) REFERENCES other.users (id));
CREATE TEMPORARY TABLE other.scratch (id INT);
SELECT * FROM other.users;
SHOW TABLES FROM other;
ALTER DATABASE CHARACTER SET = utf8mb4;
ALTER DATABASE shop COLLATE utf8mb4_0900_ai_ci;
CREATE TABLE shop.users (id INT PRIMARY KEY);
RENAME TABLE shop.users TO shop.people;  -- expect: rename
CALL shop.cleanup();  -- expect: dynamic-sql
CALL cleanup();  -- expect: dynamic-sql
INSERT INTO notes VALUES ('USE other; INSERT INTO other.users');
LOAD DATA LOCAL INFILE 'other.users' INTO TABLE users;
CREATE TABLE t (id INT PRIMARY KEY, v INT GENERATED ALWAYS AS (json_extract('{}', '$.other.users')) VIRTUAL);
