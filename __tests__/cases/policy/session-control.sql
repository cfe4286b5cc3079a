SET GLOBAL max_connections = 5;  -- expect: session-control
SET @@global.max_connections = 5;  -- expect: session-control
SET @@GLOBAL.max_connections := 5;  -- expect: session-control
SET @@global .max_connections = 5;  -- expect: session-control
SET @@GLOBAL./**/ max_connections = 5;  -- expect: session-control
SET GLOBAL default.key_buffer_size = 8388608;  -- expect: session-control
SET PERSIST max_connections = 5;  -- expect: session-control
SET PERSIST_ONLY max_connections = 5;  -- expect: session-control
SET @@persist.max_connections = 5;  -- expect: session-control
SET @@persist_only.max_connections = 5;  -- expect: session-control
SET @a = 1, GLOBAL max_connections = 5;  -- expect: session-control
SET sql_mode = '', @@global.sql_mode = '';  -- expect: session-control, unchecked-writes
SET GLOBAL TRANSACTION ISOLATION LEVEL READ COMMITTED;  -- expect: session-control
SET sql_log_bin = 0;  -- expect: session-control
SET SESSION sql_log_bin = 0;  -- expect: session-control
SET LOCAL sql_log_bin = OFF;  -- expect: session-control
SET @@sql_log_bin = 0;  -- expect: session-control
SET @@session.sql_log_bin = 0;  -- expect: session-control
SET `sql_log_bin` = 0;  -- expect: session-control
SET @@session.`SQL_LOG_BIN` := 0;  -- expect: session-control
SET @names = 1, SESSION sql_log_bin = 0;  -- expect: session-control
SET autocommit = 0;  -- expect: session-control
SET gtid_next = 'AUTOMATIC';  -- expect: session-control
SET SESSION binlog_format = 'STATEMENT';  -- expect: session-control
SET completion_type = 2;  -- expect: session-control
LOCK TABLES users WRITE;  -- expect: session-control
LOCK TABLE users READ;  -- expect: session-control
UNLOCK TABLES;  -- expect: session-control
LOCK INSTANCE FOR BACKUP;  -- expect: session-control
FLUSH TABLES WITH READ LOCK;  -- expect: server-change
FLUSH LOCAL TABLES users FOR EXPORT;  -- expect: server-change
SELECT GET_LOCK('a', 10);  -- expect: session-control
SELECT get_lock ('a', 10);  -- expect: session-control
SELECT `GET_LOCK`('a', 10);  -- expect: session-control
DO RELEASE_LOCK('a');  -- expect: session-control
DO release_all_locks();  -- expect: session-control
SET @a = GET_LOCK('a', 1);  -- expect: session-control
INSERT INTO t VALUES (RELEASE_ALL_LOCKS());  -- expect: session-control
INSERT INTO t SELECT GET_LOCK('a', 1);  -- expect: session-control
UPDATE t SET a = 1 WHERE id = RELEASE_LOCK('a');  -- expect: session-control
WITH a AS (SELECT GET_LOCK('a', 1)) SELECT * FROM a;  -- expect: session-control
CREATE VIEW v AS SELECT RELEASE_ALL_LOCKS() AS a;  -- expect: session-control
XA START 'a';  -- expect: session-control
XA COMMIT 'a';  -- expect: session-control
BEGIN;  -- expect: session-control
BEGIN WORK;  -- expect: session-control
START TRANSACTION;  -- expect: session-control
START TRANSACTION WITH CONSISTENT SNAPSHOT;  -- expect: session-control
COMMIT;  -- expect: session-control
COMMIT AND CHAIN;  -- expect: session-control
ROLLBACK;  -- expect: session-control
ROLLBACK TO SAVEPOINT a;  -- expect: session-control
SAVEPOINT a;  -- expect: session-control
RELEASE SAVEPOINT a;  -- expect: session-control
RESET MASTER;  -- expect: server-change
RESET BINARY LOGS AND GTIDS;  -- expect: server-change
PURGE BINARY LOGS TO 'binlog.000010';  -- expect: server-change
CHANGE REPLICATION SOURCE TO SOURCE_HOST = 'x';  -- expect: server-change
STOP REPLICA;  -- expect: server-change
START REPLICA;  -- expect: server-change
KILL 5;  -- expect: server-change
SHUTDOWN;  -- expect: server-change

SET NAMES utf8mb4;
SET CHARACTER SET utf8mb4;
SET foreign_key_checks = 0;  -- expect: unchecked-writes
SET SESSION sql_mode = 'ANSI_QUOTES';  -- expect: unchecked-writes
SET @@session.time_zone = '+00:00';
SET @@SESSION.sql_mode = @@GLOBAL.sql_mode;  -- expect: session-control
SET @global = 1, @autocommit = 2, @sql_log_bin = 3;
SET @`global` = 1;
SET @a = 'GLOBAL', @b = (SELECT 'LOCK TABLES');
SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED;
SELECT 'GET_LOCK(1)', `get_lock`, get_lock, IS_FREE_LOCK('a'), IS_USED_LOCK('a') FROM locks;
SELECT * FROM users FOR UPDATE;
SELECT * FROM users LOCK IN SHARE MODE;
ALTER TABLE users ADD COLUMN a INT, LOCK = NONE;  -- expect: table-rebuild
FLUSH PRIVILEGES;  -- expect: privilege-change
FLUSH TABLES users;
CREATE TABLE begin_ (begin INT, end INT, start INT, `lock` INT, PRIMARY KEY (begin));
INSERT INTO begin_ (begin, end) VALUES (1, 2);
ANALYZE TABLE users;
-- The server compares names of variables without accents.
SET ſql_log_bin = 0;  -- expect: session-control
SET @@session.äutoçommit = 0;  -- expect: session-control
SET sql_mode = 1048576;  -- expect: session-control
SET sql_mode = DEFAULT;
