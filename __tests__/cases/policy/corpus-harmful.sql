-- Statements that lose or overwrite rows, change the server, mislead the run or break others. None may be silent.
DELETE FROM users WHERE id = id;  -- expect: delete-without-where
DELETE FROM users WHERE users.id = id;  -- expect: delete-without-where
DELETE FROM users WHERE id <=> id;  -- expect: delete-without-where
DELETE FROM users WHERE id >= id AND 1 = 1;  -- expect: delete-without-where
DELETE FROM users WHERE id IS NOT NULL;  -- expect: delete-without-where
DELETE FROM users WHERE NOT id IS NULL;  -- expect: delete-without-where
DELETE FROM users WHERE NOT (id IS NULL);  -- expect: delete-without-where
DELETE FROM users WHERE NOT ISNULL(id);  -- expect: delete-without-where
DELETE FROM users WHERE ISNULL(id) = 0;  -- expect: delete-without-where
DELETE FROM users WHERE COALESCE(id, 0) IS NOT NULL;  -- expect: delete-without-where
DELETE FROM users WHERE id > 0;  -- expect: delete-without-where
DELETE FROM users WHERE id >= 1 AND id <= 999999999;  -- expect: delete-without-where
DELETE FROM users WHERE id BETWEEN 0 AND 4294967295;  -- expect: delete-without-where
DELETE FROM users WHERE id <> -1;  -- expect: delete-without-where
DELETE FROM users WHERE id != 0 LIMIT 1000000;  -- expect: delete-without-where
DELETE FROM users WHERE id NOT IN (0);  -- expect: delete-without-where
DELETE FROM users WHERE id;  -- expect: delete-without-where
DELETE FROM users WHERE `id` AND TRUE;  -- expect: delete-without-where
DELETE FROM users WHERE name LIKE '%';  -- expect: delete-without-where
DELETE FROM users WHERE name LIKE '%%' OR name IS NULL;  -- expect: delete-without-where
DELETE FROM users WHERE name REGEXP '.*';  -- expect: delete-without-where
DELETE FROM users WHERE CONCAT(name, '') = CONCAT(name, '');  -- expect: delete-without-where
DELETE FROM users WHERE LENGTH(name) >= 0;  -- expect: delete-without-where
DELETE FROM users WHERE name = 'x' OR name <> 'x';  -- expect: delete-without-where
DELETE FROM users WHERE age < 10 OR age > 5;  -- expect: delete-without-where
DELETE FROM users WHERE age < 18 OR NOT age < 18;  -- expect: delete-without-where
DELETE FROM users WHERE age IS NULL OR age IS NOT NULL;  -- expect: delete-without-where
DELETE FROM users WHERE (age = 5) IN (TRUE, FALSE);  -- expect: delete-without-where
DELETE FROM users WHERE id IN (id, 5);  -- expect: delete-without-where
DELETE FROM users WHERE id BETWEEN id AND id;  -- expect: delete-without-where
DELETE FROM users WHERE id - id = 0;  -- expect: delete-without-where
DELETE FROM users WHERE id * 0 = 0;  -- expect: delete-without-where
DELETE FROM users WHERE IF(age > 5, 1, 1);  -- expect: delete-without-where
DELETE FROM users WHERE CASE WHEN age > 5 THEN 1 ELSE 2 END;  -- expect: delete-without-where
DELETE FROM users WHERE id IN (SELECT id FROM users);  -- expect: delete-without-where
DELETE FROM users WHERE id IN (SELECT u.id FROM users AS u);  -- expect: delete-without-where
DELETE FROM users WHERE id IN (SELECT id FROM (SELECT id FROM users) AS everybody);  -- expect: delete-without-where
DELETE FROM users WHERE id IN (SELECT x FROM (SELECT id AS x, name FROM users) AS everybody);  -- expect: delete-without-where
DELETE FROM users WHERE id IN (SELECT id FROM users UNION SELECT id FROM people);  -- expect: delete-without-where
DELETE FROM users WHERE id = ANY (SELECT id FROM users ORDER BY name);  -- expect: delete-without-where
DELETE FROM users WHERE id >= (SELECT MIN(id) FROM users);  -- expect: delete-without-where
DELETE FROM users WHERE id IN (TABLE users);  -- expect: delete-without-where
DELETE FROM users WHERE (id, name) IN (SELECT id, name FROM users);  -- expect: delete-without-where
DELETE FROM users WHERE id IN (SELECT id FROM users WHERE 1 = 1);  -- expect: delete-without-where
DELETE FROM users WHERE EXISTS (SELECT 1);  -- expect: delete-without-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM orders WHERE paid = 1);  -- expect: delete-without-where
DELETE FROM users WHERE EXISTS (SELECT * FROM users AS u WHERE u.id = users.id);  -- expect: delete-without-where
DELETE FROM users WHERE EXISTS (SELECT COUNT(*) FROM orders WHERE orders.user_id = users.id);  -- expect: delete-without-where
DELETE FROM users WHERE (SELECT COUNT(*) FROM orders) > 0;  -- expect: delete-without-where
DELETE FROM users WHERE 5 < (SELECT MAX(id) FROM orders);  -- expect: delete-without-where
DELETE FROM users WHERE @now IS NOT NULL;  -- expect: delete-without-where
DELETE FROM users WHERE id = 5 OR EXISTS (SELECT 1 FROM orders);  -- expect: delete-without-where
WITH everybody AS (SELECT id FROM users) DELETE FROM users WHERE id IN (SELECT id FROM everybody);  -- expect: delete-without-where
WITH a AS (SELECT id FROM users), b AS (SELECT id FROM a) DELETE users FROM users JOIN b USING (id);  -- expect: delete-without-where
DELETE u FROM users u JOIN users v ON v.id = u.id;  -- expect: delete-without-where
DELETE u FROM users u LEFT JOIN orders o ON o.user_id = u.id;  -- expect: delete-without-where
DELETE u FROM users u, orders o WHERE o.id = 5;  -- expect: delete-without-where
DELETE u FROM users u CROSS JOIN (SELECT 1 AS one) x WHERE x.one = 1;  -- expect: delete-without-where
DELETE FROM u USING users AS u INNER JOIN (SELECT id FROM users) AS x ON x.id = u.id;  -- expect: delete-without-where
DELETE u FROM users u RIGHT JOIN orders o ON o.id > 5;  -- expect: delete-without-where
DELETE/**/FROM/**/users/**/WHERE/**/id=id;  -- expect: delete-without-where
DELETE FROM users WHERE id = 5 /*!80000 OR 1 = 1 */;  -- expect: delete-without-where
DELETE FROM users /*!99999 WHERE id = 5 */;  -- expect: delete-without-where
delete low_priority from `shop`.`users` where `id` = `users`.`id`;  -- expect: delete-without-where, other-schema
UPDATE users SET active = 0 WHERE id = id;  -- expect: overwrites-rows
UPDATE users SET active = 0 WHERE id IS NOT NULL;  -- expect: overwrites-rows
UPDATE users SET active = 0 WHERE NOT (id <> id);  -- expect: overwrites-rows
UPDATE users SET active = 0 WHERE id > 0 ORDER BY id LIMIT 100000;  -- expect: overwrites-rows
UPDATE customers SET active = 0 WHERE customer_id > 0;  -- expect: overwrites-rows
UPDATE users SET active = 0 WHERE users.id IN (SELECT users.id FROM users);  -- expect: overwrites-rows
UPDATE users SET active = 0 WHERE EXISTS (SELECT 1 FROM orders o WHERE o.paid);  -- expect: overwrites-rows
UPDATE users u SET u.active = 0 WHERE u.id = u.id AND u.name = u.name;  -- expect: overwrites-rows
UPDATE users u JOIN orders o SET u.active = 0 WHERE o.paid = 1;  -- expect: overwrites-rows
UPDATE users u LEFT JOIN orders o ON o.user_id = u.id SET u.active = 0;  -- expect: update-without-where
UPDATE users u, settings s SET u.active = s.active;  -- expect: update-without-where
UPDATE users NATURAL JOIN (SELECT id FROM users) x SET users.active = 0;  -- expect: update-without-where
UPDATE users SET active = 0 LIMIT 5000;  -- expect: update-without-where
UPDATE users SET password = NULL ORDER BY RAND();  -- expect: update-without-where
REPLACE INTO prices (id, amount) VALUES (1, 5);  -- expect: overwrites-rows
REPLACE INTO prices SELECT * FROM new_prices;  -- expect: overwrites-rows
REPLACE prices SET id = 1, amount = 0;  -- expect: overwrites-rows
REPLACE INTO prices TABLE new_prices;  -- expect: overwrites-rows
/*!50000 REPLACE */ INTO prices VALUES (1, 2);  -- expect: overwrites-rows
INSERT INTO prices (id, amount) VALUES (1, 5) ON DUPLICATE KEY UPDATE amount = 5;  -- expect: overwrites-rows
INSERT INTO prices SELECT * FROM new_prices AS n ON DUPLICATE KEY UPDATE amount = n.amount;  -- expect: overwrites-rows
INSERT INTO prices VALUES (1, 2) AS new (a, b) ON DUPLICATE KEY UPDATE amount = new.b;  -- expect: overwrites-rows
INSERT prices SET id = 1, amount = 2 ON /* who knows */ DUPLICATE KEY UPDATE amount = amount + 1;  -- expect: overwrites-rows
LOAD DATA LOCAL INFILE 'prices.csv' REPLACE INTO TABLE prices;  -- expect: overwrites-rows
LOAD XML LOCAL INFILE 'prices.xml' REPLACE INTO TABLE prices ROWS IDENTIFIED BY '<price>';  -- expect: overwrites-rows
DROP TABLE IF EXISTS users, orders;  -- expect: drop-table
/*!50000 DROP TABLE users */;  -- expect: drop-table
DROP SCHEMA shop;  -- expect: drop-database
TRUNCATE users;  -- expect: truncate
ALTER TABLE users DROP nick, ADD COLUMN alias INT;  -- expect: drop-column
ALTER TABLE logs DROP PARTITION p0, p1;  -- expect: drop-partition
ALTER TABLE logs TRUNCATE PARTITION ALL;  -- expect: truncate
ALTER TABLE logs DISCARD TABLESPACE;  -- expect: truncate
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM sessions WHERE id > 0;  -- expect: delete-without-where
DELIMITER //
CREATE EVENT e ON SCHEDULE EVERY 1 HOUR DO BEGIN TRUNCATE sessions; END//  -- expect: truncate
DELIMITER ;
CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW DELETE FROM audit WHERE id IS NOT NULL;  -- expect: delete-without-where
CREATE TRIGGER t AFTER UPDATE ON users FOR EACH ROW REPLACE INTO audit SELECT * FROM users;  -- expect: overwrites-rows
CREATE PROCEDURE p () UPDATE users SET active = 0 WHERE id = id;  -- expect: overwrites-rows
DELIMITER //
CREATE FUNCTION f () RETURNS INT MODIFIES SQL DATA BEGIN DELETE FROM users WHERE TRUE; RETURN 1; END//  -- expect: delete-without-where
DELIMITER ;
CALL purge_everything();  -- expect: dynamic-sql
INSTALL PLUGIN validate_password SONAME 'validate_password.so';  -- expect: server-change
UNINSTALL PLUGIN validate_password;  -- expect: server-change
INSTALL COMPONENT 'file://component_validate_password';  -- expect: server-change
UNINSTALL COMPONENT 'file://component_validate_password';  -- expect: server-change
CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'x');  -- expect: server-change
ALTER SERVER s OPTIONS (USER 'x');  -- expect: server-change
DROP SERVER IF EXISTS s;  -- expect: server-change
CREATE TABLESPACE ts ADD DATAFILE 'ts.ibd';  -- expect: server-change
CREATE UNDO TABLESPACE u ADD DATAFILE 'u.ibu';  -- expect: server-change
ALTER UNDO TABLESPACE u SET INACTIVE;  -- expect: server-change
DROP TABLESPACE ts;  -- expect: server-change
CREATE LOGFILE GROUP g ADD UNDOFILE 'u' ENGINE NDB;  -- expect: server-change
CREATE RESOURCE GROUP g TYPE = USER VCPU = 0-1;  -- expect: server-change
DROP RESOURCE GROUP g FORCE;  -- expect: server-change
SET RESOURCE GROUP g;  -- expect: server-change
ALTER INSTANCE ROTATE INNODB MASTER KEY;  -- expect: server-change
ALTER INSTANCE DISABLE INNODB REDO_LOG;  -- expect: server-change
CLONE LOCAL DATA DIRECTORY = '/tmp/clone';  -- expect: server-change
SHUTDOWN;  -- expect: server-change
RESTART;  -- expect: server-change
RESET PERSIST;  -- expect: server-change
/*! RESET BINARY LOGS AND GTIDS */;  -- expect: server-change
PURGE BINARY LOGS BEFORE '2030-01-01';  -- expect: server-change
CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'x';  -- expect: server-change
CHANGE REPLICATION FILTER REPLICATE_DO_DB = (x);  -- expect: server-change
START SLAVE;  -- expect: server-change
STOP GROUP_REPLICATION;  -- expect: server-change
BINLOG 'AAAA';  -- expect: server-change
KILL QUERY 5;  -- expect: server-change
SET ROLE ALL;  -- expect: server-change
SET DEFAULT ROLE admin TO 'app'@'%';  -- expect: server-change
GRANT admin TO 'app'@'%';  -- expect: server-change
ALTER USER 'app'@'%' DEFAULT ROLE admin;  -- expect: server-change
CREATE AGGREGATE FUNCTION IF NOT EXISTS f RETURNS STRING SONAME 'f.so';  -- expect: server-change
IMPORT TABLE FROM '/tmp/t.sdi';  -- expect: server-change
SELECT * FROM users INTO OUTFILE '/tmp/users';  -- expect: server-change
SELECT password INTO DUMPFILE '/tmp/p' FROM users WHERE id = 1;  -- expect: server-change
(SELECT 1) UNION (SELECT 2) INTO OUTFILE '/tmp/x';  -- expect: server-change
LOAD DATA INFILE '/etc/passwd' INTO TABLE users;  -- expect: server-change
INSERT INTO notes (body) VALUES (LOAD_FILE('/etc/passwd'));  -- expect: server-change
FLUSH LOGS;  -- expect: server-change
FLUSH NO_WRITE_TO_BINLOG BINARY LOGS;  -- expect: server-change
FLUSH TABLES;  -- expect: server-change
FLUSH TABLES users WITH READ LOCK;  -- expect: server-change
FLUSH STATUS;  -- expect: server-change
CREATE OR REPLACE SPATIAL REFERENCE SYSTEM 4120 NAME 'x' DEFINITION 'y';  -- expect: server-change
CACHE INDEX users IN hot;  -- expect: server-change
CREATE TABLE t (id INT PRIMARY KEY) DATA DIRECTORY = '/tmp';  -- expect: server-change
CREATE TABLE t (id INT PRIMARY KEY) ENGINE = FEDERATED CONNECTION = 'mysql://x';  -- expect: server-change
SELECT group_replication_set_as_primary('x');  -- expect: server-change
DELETE FROM DATABASECHANGELOG WHERE id = '1';  -- expect: tracking-tables
UPDATE databasechangeloglock SET locked = 0 WHERE id = 1;  -- expect: tracking-tables
INSERT INTO `Ops_Migration_Runs` (run_id) VALUES ('x');  -- expect: tracking-tables
ALTER TABLE ops_checkpoints ADD COLUMN a INT;  -- expect: tracking-tables
CREATE TRIGGER t BEFORE INSERT ON ops_migration_statements FOR EACH ROW SET NEW.status = 'done';  -- expect: tracking-tables
RENAME TABLE users TO ops_rejected_rows;  -- expect: rename, tracking-tables
CREATE TEMPORARY TABLE ops_migration_statements (id INT);  -- expect: tracking-tables
CREATE TABLE t (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES ops_loaded_files (id));  -- expect: tracking-tables
CREATE PROCEDURE p () INSERT INTO DATABASECHANGELOG (id) VALUES ('1');  -- expect: tracking-tables
UPDATE users u JOIN ops_dq_results d ON d.id = u.id SET d.passed = 1;  -- expect: tracking-tables
SET gtid_next = 'AUTOMATIC';  -- expect: session-control
SET @@SESSION.session_track_gtids = 'OWN_GTID';  -- expect: session-control
SET @a = 1, LOCAL pseudo_thread_id = 5;  -- expect: session-control
SET @@require_row_format := 1;  -- expect: session-control
SET @@local.autocommit = OFF;  -- expect: session-control
SET SESSION TRANSACTION READ ONLY;  -- expect: session-control
SET TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY;  -- expect: session-control
SET SESSION transaction_read_only = 1;  -- expect: session-control
SET sql_mode = CONCAT(@@sql_mode, ',NO_BACKSLASH_ESCAPES');  -- expect: session-control
SET sql_mode = @old;  -- expect: session-control
SET /*!80000 PERSIST */ max_connections = 5;  -- expect: session-control
ALTER SCHEMA READ ONLY = 1;  -- expect: session-control
ALTER DATABASE shop READ ONLY DEFAULT;  -- expect: other-schema, session-control
LOCK TABLES users WRITE;  -- expect: session-control
SELECT `release_all_locks`();  -- expect: session-control
XA START 'x';  -- expect: session-control
COMMIT AND CHAIN;  -- expect: session-control
CREATE PROCEDURE p () SET SESSION binlog_format = 'STATEMENT';  -- expect: session-control
SELECT /*+ SET_VAR(foreign_key_checks = 0) */ 1;  -- expect: unchecked-writes
SET foreign_key_checks = OFF;  -- expect: unchecked-writes
SET SESSION sql_mode = 'NO_ENGINE_SUBSTITUTION';  -- expect: unchecked-writes
SET @@session.unique_checks = 0;  -- expect: unchecked-writes
USE mysql;  -- expect: other-schema
INSERT INTO mysql.user (user) VALUES ('x');  -- expect: other-schema
PREPARE s FROM 'DROP TABLE users';  -- expect: dynamic-sql
DROP VIEW v;  -- expect: breaks-readers
CREATE OR REPLACE VIEW v AS SELECT 1;  -- expect: breaks-readers
ALTER VIEW v AS SELECT 1;  -- expect: breaks-readers
DROP TRIGGER IF EXISTS t;  -- expect: breaks-readers
DROP FUNCTION f;  -- expect: breaks-readers
ALTER EVENT e DISABLE;  -- expect: breaks-readers
ALTER TABLE users ALTER age DROP DEFAULT;  -- expect: breaks-readers
ALTER TABLE users DROP FOREIGN KEY fk;  -- expect: breaks-readers
ALTER TABLE users ALTER COLUMN age SET INVISIBLE;  -- expect: breaks-readers
GRANT ALL ON *.* TO 'eve'@'%';  -- expect: privilege-change

-- Found later, when the rules were attacked with statements that they had not been written for.
DELETE FROM users WHERE id = (SELECT u.id FROM users u WHERE u.id = users.id);  -- expect: delete-without-where
DELETE FROM users WHERE id IN (SELECT id FROM users u2 WHERE u2.id IS NOT NULL);  -- expect: delete-without-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM orders WHERE 1 = 0);  -- expect: delete-without-where
DELETE FROM users WHERE id NOT IN (SELECT user_id FROM orders WHERE FALSE);  -- expect: delete-without-where
DELETE FROM users WHERE id NOT IN (SELECT id FROM users WHERE id IS NULL);  -- expect: delete-without-where
DELETE FROM users WHERE 0 = (SELECT COUNT(*) FROM orders WHERE 1 = 2);  -- expect: delete-without-where
DELETE FROM users WHERE TRUE AND NOT FALSE AND id IS NOT NULL AND name IS NOT NULL;  -- expect: delete-without-where
DELETE users FROM users INNER JOIN users AS u2 USING (id);  -- expect: delete-without-where
DELETE users FROM users NATURAL JOIN users AS u2;  -- expect: delete-without-where
DELETE a FROM users a JOIN (SELECT DISTINCT id FROM users) b ON b.id = a.id;  -- expect: delete-without-where
DELETE a FROM users a STRAIGHT_JOIN orders b ON b.id > 5;  -- expect: delete-without-where
DELETE a FROM (users a, orders b) WHERE b.id = 1;  -- expect: delete-without-where
DELETE a FROM users a JOIN orders b ON TRUE;  -- expect: delete-without-where
DELETE a FROM users a JOIN orders b ON a.id = a.id;  -- expect: delete-without-where
DELETE FROM users WHERE (SELECT TRUE);  -- expect: delete-without-where
DELETE FROM users WHERE (1, 2) = (1, 2);  -- expect: delete-without-where
DELETE FROM users WHERE id XOR 0;  -- expect: delete-without-where
DELETE FROM users WHERE name = name COLLATE utf8mb4_bin;  -- expect: delete-without-where
DELETE FROM users WHERE LOWER(name) = LOWER(name);  -- expect: delete-without-where
DELETE FROM users WHERE id % 1 = 0;  -- expect: delete-without-where
DELETE FROM users WHERE SIGN(id) = 1;  -- expect: delete-without-where
DELETE FROM users WHERE id & 0 = 0;  -- expect: delete-without-where
DELETE FROM users WHERE MD5(id) IS NOT NULL;  -- expect: delete-without-where
DELETE FROM users WHERE CAST(id AS CHAR) LIKE '%';  -- expect: delete-without-where
DELETE FROM users WHERE id IS NOT FALSE;  -- expect: delete-without-where
DELETE FROM users WHERE 'a' IN ('a', name);  -- expect: delete-without-where
DELETE FROM users WHERE GREATEST(id, 1) >= 1;  -- expect: delete-without-where
DELETE FROM users WHERE id >= ALL (SELECT 0);  -- expect: delete-without-where
DELETE FROM users WHERE created_at <= NOW() OR created_at > NOW();  -- expect: delete-without-where
DELETE FROM users WHERE created_at IS NOT NULL;  -- expect: delete-without-where
DELETE FROM `users` WHERE `users`.`id` >= 0;  -- expect: delete-without-where
UPDATE users SET name = UPPER(name) WHERE name = name;  -- expect: overwrites-rows
UPDATE IGNORE users SET id = id + 1 WHERE id > -100;  -- expect: overwrites-rows
UPDATE users AS u JOIN users AS v ON u.id = v.id SET u.name = 'x';  -- expect: update-without-where
UPDATE users, (SELECT MAX(id) AS m FROM users) t SET users.active = 0 WHERE users.id <= t.m;  -- expect: overwrites-rows
UPDATE users SET active = 0 WHERE (id, id) = (id, id);  -- expect: overwrites-rows
WITH t AS (SELECT 1 AS x) UPDATE users, t SET active = 0 WHERE t.x = 1;  -- expect: overwrites-rows
INSERT INTO t SELECT * FROM u AS a ON DUPLICATE KEY UPDATE v = VALUES(v);  -- expect: overwrites-rows
INSERT HIGH_PRIORITY INTO t (id, v) VALUES (1, 2) AS n ON DUPLICATE KEY UPDATE v = n.v;  -- expect: overwrites-rows
LOAD DATA LOW_PRIORITY LOCAL INFILE 'x' REPLACE INTO TABLE t;  -- expect: overwrites-rows
LOAD DATA CONCURRENT INFILE 'x' INTO TABLE t;  -- expect: server-change
EXPLAIN ANALYZE SELECT LOAD_FILE('/etc/passwd');  -- expect: server-change
CREATE TABLE t (id INT PRIMARY KEY) SELECT 1 AS id INTO OUTFILE 'x';  -- expect: server-change
SELECT 1 INTO /**/ OUTFILE '/tmp/a';  -- expect: server-change
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO KILL 5;  -- expect: server-change
CREATE PROCEDURE p () SELECT 1 INTO OUTFILE '/tmp/a';  -- expect: server-change
CREATE TRIGGER t BEFORE DELETE ON users FOR EACH ROW SET @@SESSION.sql_log_bin = 0;  -- expect: session-control
CREATE PROCEDURE p () SET SESSION sql_mode = (SELECT @@global.sql_mode);  -- expect: session-control
SET @@SESSION.`session_track_state_change` = ON;  -- expect: session-control
SET SESSION autocommit = 1, foreign_key_checks = 1;  -- expect: session-control
SET @x = 1, @@autocommit = @x;  -- expect: session-control
SET SQL_MODE = @@GLOBAL.sql_mode;  -- expect: session-control
SET CHARACTER SET utf8mb4, autocommit = 0;  -- expect: session-control
SET PERSIST_ONLY sql_mode = '';  -- expect: session-control, unchecked-writes
SET SESSION sql_require_primary_key = 0, GLOBAL read_only = 0;  -- expect: session-control
DROP TABLE IF EXISTS `databasechangelog`;  -- expect: drop-table, tracking-tables
TRUNCATE TABLE `OPS_DQ_RESULTS`;  -- expect: tracking-tables, truncate
CREATE OR REPLACE VIEW ops_checkpoints AS SELECT 1;  -- expect: breaks-readers, tracking-tables
ALTER TABLE users RENAME TO DATABASECHANGELOGLOCK;  -- expect: rename, tracking-tables
CREATE INDEX i ON ops_migration_runs (run_id);  -- expect: tracking-tables
LOAD DATA LOCAL INFILE 'x' INTO TABLE ops_loaded_files;  -- expect: tracking-tables
DELETE o FROM ops_rejected_rows AS o WHERE o.run_id = 'x';  -- expect: tracking-tables
REPLACE LOW_PRIORITY INTO t (id) SELECT id FROM u;  -- expect: overwrites-rows
ALTER TABLE users ALTER INDEX by_name INVISIBLE;  -- expect: breaks-readers
ALTER TABLE users ALTER CONSTRAINT c NOT ENFORCED;  -- expect: breaks-readers
ALTER TABLE users DROP CONSTRAINT c;  -- expect: drop-index
ALTER DEFINER = a@b VIEW v AS SELECT 1;  -- expect: breaks-readers
CREATE DEFINER = a@b EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM users WHERE id > 0;  -- expect: delete-without-where
REVOKE admin FROM 'app'@'%';  -- expect: server-change
CREATE USER 'a'@'%' DEFAULT ROLE admin;  -- expect: server-change
FLUSH RELAY LOGS FOR CHANNEL 'x';  -- expect: server-change
FLUSH LOCAL HOSTS;  -- expect: server-change
FLUSH TABLES WITH READ LOCK;  -- expect: server-change
RENAME TABLE ops_checkpoints TO x;  -- expect: rename, tracking-tables
DO GET_LOCK('a', 1);  -- expect: session-control
DROP TABLE users /*!50000 , orders */;  -- expect: drop-table
SELECT /*+ SET_VAR(sql_mode = '') */ 1;  -- expect: unchecked-writes
INSERT /*+ SET_VAR(foreign_key_checks=OFF) */ INTO t VALUES (1);  -- expect: unchecked-writes
UPDATE /*+ SET_VAR(unique_checks=0) */ t SET a = 1 WHERE id = 5;  -- expect: unchecked-writes
SELECT sleep(1) FROM users WHERE (SELECT release_lock('x'));  -- expect: session-control
XA RECOVER;  -- expect: session-control
RESET REPLICA ALL;  -- expect: server-change
START REPLICA UNTIL SQL_AFTER_MTS_GAPS;  -- expect: server-change
ALTER TABLE p EXCHANGE PARTITION p0 WITH TABLE users;  -- expect: rename
ALTER TABLE users IMPORT TABLESPACE;  -- expect: server-change
GRANT PROXY ON a TO b;  -- expect: privilege-change
DELETE FROM users WHERE users.id IN (SELECT id FROM users AS x WHERE x.id = users.id);  -- expect: delete-without-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM users u2 WHERE u2.age > 5);  -- expect: delete-without-where
DELETE FROM users WHERE EXISTS (SELECT 1 FROM orders WHERE orders.user_id = users.id) OR NOT EXISTS (SELECT 1 FROM orders WHERE orders.user_id = users.id);  -- expect: delete-without-where
DELETE FROM users WHERE id IN (WITH x AS (SELECT id FROM users) SELECT id FROM x);  -- expect: delete-without-where
DELETE FROM users WHERE (SELECT COUNT(*) FROM orders o WHERE o.user_id = users.id) >= 0;  -- expect: delete-without-where
DELETE FROM users WHERE id IN (SELECT users.id FROM users LEFT JOIN orders ON orders.user_id = users.id);  -- expect: delete-without-where
DELETE FROM users WHERE IFNULL(deleted_at, 1) IS NOT NULL;  -- expect: delete-without-where
DELETE FROM users WHERE COALESCE(deleted_at, NOW()) <= NOW() OR TRUE;  -- expect: delete-without-where
DELETE FROM users WHERE name = ANY (SELECT name FROM users);  -- expect: delete-without-where
DELETE FROM users WHERE id > (SELECT MIN(id) FROM users) OR id = (SELECT MIN(id) FROM users);  -- expect: delete-without-where
DELETE FROM users WHERE TRUE = TRUE;  -- expect: delete-without-where
DELETE FROM users WHERE id = id + 0;  -- expect: delete-without-where
DELETE FROM users WHERE NULLIF(id, 0) IS NOT NULL;  -- expect: delete-without-where
DELETE FROM users WHERE id DIV id = 1;  -- expect: delete-without-where
DELETE FROM users WHERE ROUND(id) = ROUND(id);  -- expect: delete-without-where
DELETE FROM users WHERE id MEMBER OF ('[1]') OR 1;  -- expect: delete-without-where
DELETE FROM users WHERE NOT (FALSE);  -- expect: delete-without-where
DELETE FROM users WHERE !(id IS NULL);  -- expect: delete-without-where
DELETE FROM users WHERE ~id;  -- expect: delete-without-where
DELETE FROM users WHERE -id < 0;  -- expect: delete-without-where
DELETE FROM users WHERE id IN (1) OR id NOT IN (1);  -- expect: delete-without-where
DELETE FROM users WHERE CONCAT('', id) <> '';  -- expect: delete-without-where
DELETE QUICK FROM users USING users WHERE users.id = users.id;  -- expect: delete-without-where
DELETE users, orders FROM users LEFT JOIN orders ON users.id = orders.user_id WHERE users.id > 0;  -- expect: delete-without-where
DELETE u FROM users AS u, (SELECT 1) AS x;  -- expect: delete-without-where
DELETE u FROM users u INNER JOIN orders o ON o.user_id = u.id OR 1 = 1;  -- expect: delete-without-where
DELETE u FROM users u JOIN orders o ON o.user_id = o.user_id;  -- expect: delete-without-where
DELETE u FROM users u LEFT JOIN users v ON v.id = u.id WHERE v.id IS NOT NULL;  -- expect: delete-without-where
DELETE u FROM users u JOIN LATERAL (SELECT 1) x ON TRUE;  -- expect: delete-without-where
DELETE u FROM {OJ users u LEFT JOIN orders o ON o.user_id = u.id};  -- expect: delete-without-where
DELETE u FROM users PARTITION (p0, p1) AS u;  -- expect: delete-without-where
DELETE FROM users FORCE INDEX (PRIMARY) WHERE 1;  -- expect: delete-without-where
UPDATE (users u JOIN users v ON u.id = v.id) SET u.a = 1;  -- expect: update-without-where
UPDATE users SET a = 1 WHERE id IN (SELECT id FROM (SELECT id, name FROM users ORDER BY name) z);  -- expect: overwrites-rows
UPDATE users SET a = 1 WHERE id < ALL (SELECT 4294967295);  -- expect: overwrites-rows
UPDATE users SET a = (SELECT 1 WHERE 1 = 0);  -- expect: update-without-where
UPDATE users SET a = 1 WHERE (id, 1) IN ((id, 1));  -- expect: overwrites-rows
UPDATE users SET a = 1 WHERE CASE id WHEN id THEN TRUE END;  -- expect: overwrites-rows
UPDATE users SET a = 1 WHERE @rownum := 5;  -- expect: update-without-where
UPDATE users SET a = 1 WHERE RAND() >= 0;  -- expect: update-without-where
UPDATE users SET a = 1 WHERE UUID() IS NOT NULL;  -- expect: update-without-where
UPDATE users SET a = 1 WHERE LENGTH(CONCAT('x', name)) > 0;  -- expect: overwrites-rows
UPDATE users SET a = 1 WHERE JSON_VALID(doc) IN (0, 1);  -- expect: overwrites-rows
UPDATE users u SET a = 1 WHERE u.id BETWEEN (SELECT MIN(id) FROM users) AND (SELECT MAX(id) FROM users);  -- expect: overwrites-rows
DELIMITER //
CREATE PROCEDURE p () BEGIN DECLARE c CURSOR FOR SELECT 1; UPDATE users SET a = 1 WHERE id = id; END//  -- expect: overwrites-rows
DELIMITER ;
DELIMITER //
CREATE PROCEDURE p () BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION ROLLBACK; DELETE FROM users WHERE id IS NOT NULL; END//  -- expect: delete-without-where
DELIMITER ;
DELIMITER //
CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW BEGIN IF NEW.x THEN DELETE FROM b WHERE 1; END IF; END//  -- expect: delete-without-where
DELIMITER ;
CREATE EVENT IF NOT EXISTS e ON SCHEDULE EVERY 1 WEEK STARTS NOW() ENDS NOW() + INTERVAL 1 YEAR ON COMPLETION NOT PRESERVE ENABLE COMMENT 'x' DO UPDATE users SET a = 1;  -- expect: update-without-where
ALTER EVENT e ON SCHEDULE EVERY 1 MINUTE;  -- expect: breaks-readers
ALTER EVENT e RENAME TO f ENABLE;  -- expect: breaks-readers
CREATE PROCEDURE p () LANGUAGE SQL CALL mysql.rds_kill(5);  -- expect: dynamic-sql, other-schema
CREATE FUNCTION f () RETURNS INT READS SQL DATA RETURN (SELECT LOAD_FILE('/a') IS NULL);  -- expect: server-change
CREATE VIEW v AS SELECT LOAD_FILE('/etc/passwd') AS x;  -- expect: server-change
ALTER TABLE t ADD COLUMN x INT DEFAULT (GET_LOCK('a', 1));  -- expect: session-control, table-rebuild
SET @@persist.max_connections = 5, @a = 1;  -- expect: session-control
SET @a := 1, @@global.`read_only` := 0;  -- expect: session-control
SET LOCAL TRANSACTION READ ONLY;  -- expect: session-control
SET TRANSACTION READ ONLY;  -- expect: session-control
SET @@transaction_read_only = ON;  -- expect: session-control
SET SESSION sql_mode := @m;  -- expect: session-control
SET sql_mode = 'ANSI' 'X';  -- expect: session-control
SET sql_mode = sql_mode;  -- expect: unchecked-writes
SET sql_mode=(SELECT 'ANSI');  -- expect: session-control
SET @@sql_mode = sys.list_add(@@sql_mode, 'ANSI_QUOTES');  -- expect: session-control
SET SESSION session_track_schema = 0, time_zone = 'UTC';  -- expect: session-control
SET default_storage_engine = MyISAM, completion_type = CHAIN;  -- expect: session-control
START TRANSACTION READ ONLY;  -- expect: session-control
ROLLBACK AND NO CHAIN RELEASE;  -- expect: session-control
LOCK TABLE users LOW_PRIORITY WRITE;  -- expect: session-control
SELECT IF(1, GET_LOCK('a', 0), 0);  -- expect: session-control
SELECT * FROM t WHERE a = (SELECT RELEASE_LOCK ('x'));  -- expect: session-control
CREATE TABLE ops_online_changes (id INT PRIMARY KEY);  -- expect: tracking-tables
INSERT INTO `shop`.`DATABASECHANGELOG` SELECT * FROM old_log;  -- expect: other-schema, tracking-tables
UPDATE ops_rehearsals r, users u SET r.result = 'x' WHERE r.run_id = u.id;  -- expect: tracking-tables
ALTER TABLE x ADD FOREIGN KEY (a) REFERENCES `DATABASECHANGELOG` (`ID`);  -- expect: table-rebuild, tracking-tables
DROP INDEX i ON ops_pipeline_runs;  -- expect: drop-index, tracking-tables
DELIMITER //
DROP TABLE users//  -- expect: drop-table
DELIMITER ;
LOAD DATA LOCAL INFILE 'a' IGNORE INTO TABLE ops_dq_results;  -- expect: tracking-tables
CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW UPDATE DATABASECHANGELOGLOCK SET LOCKED = 0 WHERE ID = 1;  -- expect: tracking-tables
INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = a + 0;  -- expect: overwrites-rows
INSERT INTO t (a) VALUES (1) ON DUPLICATE KEY UPDATE a = VALUES(a), b = b;  -- expect: overwrites-rows
INSERT INTO t WITH c AS (SELECT 1) SELECT * FROM c ON DUPLICATE KEY UPDATE t.a = 2;  -- expect: overwrites-rows
INSERT INTO t TABLE u ON DUPLICATE KEY UPDATE a = 1;  -- expect: overwrites-rows
DROP DATABASE IF EXISTS `prod`;  -- expect: drop-database
ALTER TABLE users DROP COLUMN a, DROP COLUMN b;  -- expect: drop-column
ALTER TABLE t DROP PARTITION IF EXISTS p;  -- expect: drop-partition
INSTALL COMPONENT 'file://component_a' SET GLOBAL a.b = 1;  -- expect: server-change
CLONE INSTANCE FROM 'a'@'b':3306 IDENTIFIED BY 'c';  -- expect: server-change
STOP SLAVE IO_THREAD;  -- expect: server-change
CHANGE MASTER TO MASTER_HOST = 'x';  -- expect: server-change
KILL CONNECTION CONNECTION_ID();  -- expect: server-change
ALTER RESOURCE GROUP g DISABLE;  -- expect: server-change
ALTER TABLESPACE ts RENAME TO tt;  -- expect: server-change
ALTER INSTANCE RELOAD TLS;  -- expect: server-change
FLUSH OPTIMIZER_COSTS;  -- expect: server-change
FLUSH USER_RESOURCES;  -- expect: server-change
FLUSH ERROR LOGS, SLOW LOGS;  -- expect: server-change
SET GLOBAL TRANSACTION READ ONLY;  -- expect: session-control
