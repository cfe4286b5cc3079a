CREATE TABLE a (id INT PRIMARY KEY, mail VARCHAR(200), digest CHAR(32) AS (MD5(mail)) STORED);  -- expect: removed-in-server
CREATE TABLE a (id INT PRIMARY KEY, mail VARCHAR(200), KEY by_digest ((sha1(mail))));  -- expect: removed-in-server
CREATE TABLE a (id INT PRIMARY KEY, mail VARCHAR(200) DEFAULT (MD5(1)), CHECK (SHA(mail) <> ''));  -- expect: removed-in-server
CREATE INDEX by_digest ON a ((MD5(mail)));  -- expect: removed-in-server, table-rebuild
ALTER TABLE a ADD COLUMN digest CHAR(32) AS (MD5(mail)) VIRTUAL;  -- expect: removed-in-server
ALTER TABLE a ADD KEY by_digest ((MD5(mail)));  -- expect: removed-in-server, table-rebuild
CREATE TABLE a (id INT PRIMARY KEY, digest CHAR(64) AS (SHA2(id, 256)) STORED, md5 CHAR(32), `sha1` CHAR(40));
CREATE TABLE a (id INT PRIMARY KEY, note VARCHAR(20) DEFAULT 'MD5(x)' COMMENT 'SHA1(mail)');
CREATE TABLE a (id INT PRIMARY KEY) SELECT id, MD5(mail) AS digest FROM b;
CREATE TEMPORARY TABLE a (id INT PRIMARY KEY, digest CHAR(32) AS (MD5(id)));
INSERT INTO a (digest) VALUES (MD5('a'));
ALTER TABLE a RENAME COLUMN md5 TO sha;  -- expect: rename
