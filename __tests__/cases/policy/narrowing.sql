-- present: CREATE TABLE t (id INT NOT NULL PRIMARY KEY, a INT, big BIGINT, u INT UNSIGNED, v VARCHAR(50), w VARCHAR(50) CHARACTER SET latin1, n DECIMAL(10,2), f FLOAT, d DOUBLE, e ENUM('x','y'), s SET('p','q'), dt DATETIME(6), day DATE, ts TIMESTAMP, txt TEXT, j JSON, bin VARBINARY(20), vi INT AS (a + 1) VIRTUAL, st INT AS (a + 2) STORED)
-- present: CREATE TABLE text (id INT NOT NULL PRIMARY KEY, a VARCHAR(20), b VARCHAR(20) CHARACTER SET latin1, n INT) DEFAULT CHARSET=utf8mb4
ALTER TABLE t MODIFY d INT;  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY f DECIMAL(10,2);  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY n DECIMAL(10,1);  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY n INT;  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY dt DATETIME;  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY dt DATE;  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY dt TIME(6);  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY v VARCHAR(20);  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY v CHAR(50);  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY txt VARCHAR(100);  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY v INT;  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY e INT;  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY e ENUM('X', 'y');  -- expect: narrowing
ALTER TABLE t MODIFY a YEAR;  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY big DOUBLE;  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY a INT AS (u + 1) STORED;  -- expect: narrowing, table-rebuild
ALTER TABLE t CHANGE d renamed INT;  -- expect: narrowing, rename, table-rebuild
ALTER TABLE t MODIFY bin BINARY(20);  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY v JSON;  -- expect: narrowing, table-rebuild
SET sql_mode = '';  -- expect: unchecked-writes
ALTER TABLE t MODIFY a TINYINT;  -- expect: column-type-change, table-rebuild
ALTER TABLE t MODIFY a INT UNSIGNED;  -- expect: column-type-change, table-rebuild
ALTER TABLE t MODIFY dt TIMESTAMP(6);  -- expect: column-type-change, table-rebuild
ALTER TABLE t MODIFY e ENUM('x');  -- expect: column-type-change, table-rebuild
ALTER TABLE t MODIFY v VARCHAR(50) CHARACTER SET latin1;  -- expect: column-type-change, table-rebuild
ALTER TABLE t MODIFY v VARCHAR(50) CHARACTER SET ascii;  -- expect: column-type-change, table-rebuild
ALTER TABLE t MODIFY n DECIMAL(8,2);  -- expect: column-type-change, table-rebuild
ALTER TABLE t MODIFY vi TINYINT AS (a + 1) VIRTUAL;  -- expect: column-type-change, table-rebuild
ALTER TABLE t MODIFY id INT NOT NULL AUTO_INCREMENT;  -- expect: column-type-change, table-rebuild
ALTER TABLE t MODIFY st TINYINT AS (a + 2) STORED;  -- expect: column-type-change, table-rebuild
ALTER TABLE text CONVERT TO CHARACTER SET latin1;  -- expect: column-type-change, table-rebuild
ALTER TABLE t MODIFY a BIGINT;  -- expect: table-rebuild
ALTER TABLE t MODIFY a INT NOT NULL;  -- expect: not-null-without-default, table-rebuild
ALTER TABLE t MODIFY w VARCHAR(50);  -- expect: table-rebuild
ALTER TABLE t MODIFY v VARCHAR(60);
ALTER TABLE t MODIFY e ENUM('x', 'y', 'z');
ALTER TABLE t MODIFY e ENUM('y', 'x');  -- expect: table-rebuild
ALTER TABLE t MODIFY a INT COMMENT 'a number';
ALTER TABLE t MODIFY txt MEDIUMTEXT;  -- expect: table-rebuild
ALTER TABLE t MODIFY dt DATETIME(6) DEFAULT CURRENT_TIMESTAMP(6);
ALTER TABLE t MODIFY day DATETIME;  -- expect: table-rebuild
ALTER TABLE t MODIFY v VARCHAR(50) COLLATE utf8mb4_bin;
ALTER TABLE t MODIFY st INT;  -- expect: table-rebuild
ALTER TABLE text CONVERT TO CHARACTER SET utf8mb4;  -- expect: table-rebuild
-- changeset: without strict mode what does not fit is cut
SET sql_mode = 'NO_ZERO_DATE';  -- expect: unchecked-writes
ALTER TABLE t MODIFY a TINYINT;  -- expect: narrowing, table-rebuild
ALTER TABLE t MODIFY u INT UNSIGNED NOT NULL;  -- expect: narrowing, not-null-without-default, several-ddl, table-rebuild
-- changeset: what the changeset itself changed counts
ALTER TABLE t MODIFY a DECIMAL(20,4);  -- expect: table-rebuild
ALTER TABLE t MODIFY a DECIMAL(20,2);  -- expect: narrowing, several-ddl, table-rebuild
-- changeset: after a call anything may be there
CALL fix_tables();  -- expect: dynamic-sql
ALTER TABLE t MODIFY d INT;  -- expect: column-type-change, table-rebuild
-- changeset: a table that is not known
ALTER TABLE other MODIFY d INT;  -- expect: column-type-change, table-rebuild
-- changeset: a comment does not excuse it
-- db-deploy:allow narrowing nobody needs the fraction  -- expect: allow-comment
ALTER TABLE t MODIFY d INT;  -- expect: narrowing, table-rebuild
