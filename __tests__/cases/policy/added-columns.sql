-- A column that the same changeset added has no values that anybody could lose.
-- changeset: a new column gets its values
ALTER TABLE users ADD COLUMN n INT;
UPDATE users SET n = id;  -- expect: mixed-ddl-dml

-- changeset: with an idle WHERE
ALTER TABLE users ADD COLUMN n INT;
UPDATE users SET n = id WHERE id = id OR id IS NULL;  -- expect: mixed-ddl-dml
UPDATE users SET n = id WHERE 1 = 1;

-- changeset: several new columns, written in several ways
ALTER TABLE users ADD (a INT, `B` INT), ADD c INT;
ALTER TABLE users ADD COLUMN `d``d` INT;  -- expect: several-ddl
UPDATE LOW_PRIORITY users u SET u.A = 1, b = 2, users.C = 3, `d``d` = (SELECT MAX(id) FROM orders) ORDER BY id;  -- expect: mixed-ddl-dml
WITH o AS (SELECT 1 AS x) UPDATE `users` SET a = (SELECT x FROM o);

-- changeset: one of them was there
ALTER TABLE users ADD COLUMN n INT;
UPDATE users SET n = 1, active = 0;  -- expect: update-without-where, mixed-ddl-dml
UPDATE users SET active = 0, n = active WHERE id = id OR id IS NULL;  -- expect: overwrites-rows

-- changeset: a column of the same name in another table
ALTER TABLE users ADD COLUMN n INT;
UPDATE orders SET n = 1;  -- expect: update-without-where, mixed-ddl-dml
UPDATE Users SET n = 1;  -- expect: update-without-where
UPDATE archive.users SET n = 1;  -- expect: update-without-where, other-schema

-- changeset: only afterwards
UPDATE users SET n = 1;  -- expect: update-without-where
ALTER TABLE users ADD COLUMN n INT;  -- expect: mixed-ddl-dml

-- changeset: rows that go are lost with all columns
ALTER TABLE users ADD COLUMN n INT;
DELETE FROM users;  -- expect: delete-without-where, mixed-ddl-dml
REPLACE INTO users (id, n) VALUES (1, 2);  -- expect: overwrites-rows

-- changeset: the alter adds no column
ALTER TABLE users ADD INDEX n (active), ADD CONSTRAINT m CHECK (active < 9);  -- expect: table-rebuild
UPDATE users SET n = 1;  -- expect: update-without-where, mixed-ddl-dml
UPDATE users SET m = 1;  -- expect: update-without-where

-- changeset: a column under another name is not new
ALTER TABLE users RENAME COLUMN active TO n;  -- expect: rename
ALTER TABLE users CHANGE COLUMN name m VARCHAR(100);  -- expect: column-type-change, rename, several-ddl, table-rebuild
UPDATE users SET n = 1;  -- expect: mixed-ddl-dml, update-without-where
UPDATE users SET m = 1;  -- expect: update-without-where

-- changeset: a new one is, whatever its name and type
ALTER TABLE users ADD COLUMN n INT;
ALTER TABLE users RENAME COLUMN n TO m;  -- expect: rename, several-ddl
ALTER TABLE users MODIFY m BIGINT;  -- expect: column-type-change, table-rebuild
ALTER TABLE users CHANGE m k BIGINT;  -- expect: column-type-change, rename, table-rebuild
UPDATE users SET k = id;  -- expect: mixed-ddl-dml
UPDATE users SET m = id;  -- expect: update-without-where

-- changeset: one ALTER names the columns as they were before it
ALTER TABLE users ADD COLUMN active INT, RENAME COLUMN active TO n;  -- expect: rename
UPDATE users SET active = 1;  -- expect: mixed-ddl-dml
UPDATE users SET n = 1;  -- expect: update-without-where

-- changeset: names change places
ALTER TABLE users ADD COLUMN n INT;
ALTER TABLE users RENAME COLUMN n TO active, RENAME COLUMN active TO n;  -- expect: rename, several-ddl
UPDATE users SET active = 1;  -- expect: mixed-ddl-dml
UPDATE users SET n = 1;  -- expect: update-without-where

-- changeset: the drop is what loses the values
ALTER TABLE users DROP COLUMN active;  -- expect: drop-column
ALTER TABLE users ADD COLUMN active INT;  -- expect: several-ddl
UPDATE users SET active = 1;  -- expect: mixed-ddl-dml
ALTER TABLE users DROP COLUMN active, RENAME COLUMN name TO active;  -- expect: drop-column, rename
UPDATE users SET active = 1;  -- expect: update-without-where

-- changeset: dropped and added at once
ALTER TABLE users DROP COLUMN active, ADD COLUMN active INT;  -- expect: drop-column
UPDATE users SET active = 1;  -- expect: mixed-ddl-dml

-- changeset: the table has another name
ALTER TABLE users ADD COLUMN n INT, RENAME TO people;  -- expect: rename
UPDATE people SET n = 1;  -- expect: mixed-ddl-dml
RENAME TABLE people TO humans, archived TO people;  -- expect: rename, several-ddl
UPDATE humans SET n = 1;
UPDATE people SET n = 1;  -- expect: update-without-where

-- changeset: the table is another
ALTER TABLE users ADD COLUMN n INT;
DROP TABLE users;  -- expect: drop-table, several-ddl
RENAME TABLE people TO users;  -- expect: rename
UPDATE users SET n = 1;  -- expect: mixed-ddl-dml, update-without-where

-- changeset: a view has its name
ALTER TABLE users ADD COLUMN n INT;
DROP TABLE users;  -- expect: drop-table, several-ddl
CREATE VIEW users AS SELECT id, n FROM people;
UPDATE users SET n = 1;  -- expect: mixed-ddl-dml, update-without-where

-- changeset: rows of another table come in
ALTER TABLE logs ADD COLUMN n INT;
ALTER TABLE old_logs ADD COLUMN m INT;  -- expect: several-ddl
ALTER TABLE logs EXCHANGE PARTITION p0 WITH TABLE old_logs;  -- expect: rename
UPDATE logs SET n = 1;  -- expect: mixed-ddl-dml, update-without-where
UPDATE old_logs SET m = 1;  -- expect: update-without-where

-- changeset: a tablespace comes in
ALTER TABLE logs ADD COLUMN n INT;
ALTER TABLE logs IMPORT TABLESPACE;  -- expect: server-change, several-ddl
UPDATE logs SET n = 1;  -- expect: mixed-ddl-dml, update-without-where

-- changeset: a new table that rows of another come into
CREATE TABLE new_logs LIKE logs;
ALTER TABLE new_logs EXCHANGE PARTITION p0 WITH TABLE logs;  -- expect: several-ddl
DELETE FROM new_logs;  -- expect: delete-without-where, mixed-ddl-dml

-- changeset: a temporary table hides the one that is altered
CREATE TEMPORARY TABLE users (id INT PRIMARY KEY);
ALTER TABLE users ADD COLUMN n INT;
UPDATE users SET n = 1;
DROP TEMPORARY TABLE users;
UPDATE users SET n = 1;  -- expect: update-without-where

-- changeset: and the one that was altered before
ALTER TABLE users ADD COLUMN n INT;
CREATE TEMPORARY TABLE users (id INT PRIMARY KEY, n INT);  -- expect: mixed-ddl-dml
ALTER TABLE users DROP COLUMN n;
DROP TEMPORARY TABLE users;
UPDATE users SET n = 1;

-- changeset: several tables
ALTER TABLE users ADD COLUMN n INT;
UPDATE users u LEFT JOIN orders o ON o.user_id = u.id SET u.n = o.id;  -- expect: mixed-ddl-dml
UPDATE users LEFT JOIN orders o ON o.user_id = users.id SET users.n = o.id WHERE users.id = users.id OR users.id IS NULL;
UPDATE users u, orders o SET u.n = o.id;
UPDATE users u LEFT JOIN users v ON v.id = u.parent SET u.n = v.id;

-- changeset: several tables, not all that is assigned is new
ALTER TABLE users ADD COLUMN n INT;
UPDATE users u LEFT JOIN orders o ON o.user_id = u.id SET u.n = o.id, u.active = 1;  -- expect: mixed-ddl-dml, update-without-where
UPDATE users u, orders o SET u.n = o.id, o.n = 1;  -- expect: update-without-where
UPDATE orders users LEFT JOIN users o ON o.id = users.user_id SET users.n = 1;  -- expect: update-without-where

-- changeset: several tables, and a column that may be of any
ALTER TABLE users ADD COLUMN n INT;
UPDATE users u LEFT JOIN orders o ON o.user_id = u.id SET n = o.id;  -- expect: mixed-ddl-dml, update-without-where
UPDATE users, USERS SET users.n = 1;  -- expect: update-without-where
UPDATE users, archive.users SET users.n = 1;  -- expect: update-without-where

-- changeset: upserts
ALTER TABLE users ADD COLUMN n INT, ADD COLUMN m INT;
INSERT INTO users (id, n) VALUES (1, 2) ON DUPLICATE KEY UPDATE n = 2;  -- expect: mixed-ddl-dml
INSERT INTO users (id, n) SELECT id, 1 FROM orders o ON DUPLICATE KEY UPDATE id = users.id, users.n = o.id, `M` = 1;
INSERT INTO users (id, n) VALUES (1, 2) AS new ON DUPLICATE KEY UPDATE n = new.n, active = 1;  -- expect: overwrites-rows
INSERT INTO orders (id, n) VALUES (1, 2) ON DUPLICATE KEY UPDATE n = 2;  -- expect: overwrites-rows

-- changeset: a body may run later, or never
DELIMITER //
CREATE PROCEDURE p (a INT)
BEGIN
  IF a > 1 THEN
    ALTER TABLE users ADD COLUMN n INT;
  END IF;
  UPDATE users SET n = 1;  -- expect: update-without-where
END//
CREATE PROCEDURE q ()  -- expect: several-ddl
BEGIN
  ALTER TABLE users ADD COLUMN m INT;
END//
DELIMITER ;
CALL p(1);  -- expect: update-without-where
CALL q();
UPDATE users SET n = 1;  -- expect: mixed-ddl-dml, update-without-where
UPDATE users SET m = 1;  -- expect: update-without-where

-- changeset: a routine may take the new column away
DELIMITER //
CREATE PROCEDURE p ()
BEGIN
  ALTER TABLE users DROP COLUMN n, RENAME COLUMN active TO n;  -- expect: drop-column, rename
END//
DELIMITER ;
ALTER TABLE users ADD COLUMN n INT;  -- expect: several-ddl
CALL p();  -- expect: drop-column, rename
UPDATE users SET n = 1;  -- expect: mixed-ddl-dml, update-without-where

-- changeset: only some servers add it
ALTER TABLE users ADD COLUMN m INT /*!80400 , ADD COLUMN n INT */;
UPDATE users SET n = 1;  -- expect: mixed-ddl-dml, update-without-where
UPDATE users SET m = 1;
