-- changeset: a table made temporary here is nobody's loss
CREATE TEMPORARY TABLE ids (id INT, nick INT);
UPDATE ids SET id = 1;
DELETE FROM ids;
DELETE i FROM ids i;
TRUNCATE ids;
ALTER TABLE ids DROP COLUMN nick;
ALTER TABLE ids ADD UNIQUE (id), MODIFY id BIGINT NOT NULL;
DROP TABLE ids;
DROP TABLE ids;  -- expect: drop-table

-- changeset: only the temporary one of two
CREATE TEMPORARY TABLE ids (id INT);
DROP TABLE users, ids;  -- expect: drop-table

-- changeset: names are compared as they are written
CREATE TEMPORARY TABLE Users (id INT);
DROP TABLE users;  -- expect: drop-table

-- changeset: quotes are not part of a name, and the schema is
CREATE TEMPORARY TABLE `ids` (id INT);
CREATE TEMPORARY TABLE other.users (id INT);
DROP TABLE ids;
DROP TABLE users;  -- expect: drop-table

-- changeset: before it was made it was another table
DELETE FROM ids;  -- expect: delete-without-where
CREATE TEMPORARY TABLE ids (id INT);
DELETE FROM ids;

-- changeset: RENAME TABLE does not know temporary tables
CREATE TEMPORARY TABLE ids (id INT);
RENAME TABLE users TO ids_old;  -- expect: rename
DROP TABLE ids_old;  -- expect: drop-table, several-ddl

-- changeset: a temporary table under its new name
CREATE TEMPORARY TABLE ids (id INT);
ALTER TABLE ids RENAME TO numbers;
DELETE FROM numbers;
DELETE FROM ids;  -- expect: delete-without-where

-- changeset: a join with a temporary table that changes a lasting one
CREATE TEMPORARY TABLE ids (id INT);
DELETE u FROM users u JOIN ids ON ids.id = u.id;

-- changeset: and one that changes the temporary one
CREATE TEMPORARY TABLE ids (id INT);
DELETE i FROM users u JOIN ids i ON i.id = u.id;

-- changeset: which table is updated
CREATE TEMPORARY TABLE ids (id INT);
UPDATE users u JOIN ids i ON i.id = u.id SET i.id = 5;

-- changeset: which table is updated cannot be told
CREATE TEMPORARY TABLE ids (id INT);
UPDATE users u JOIN ids i ON i.id = u.id SET active = 5;

-- changeset: a temporary table of a routine is none outside, and one outside is none in it
CREATE TEMPORARY TABLE ids (id INT);
DELIMITER //
CREATE PROCEDURE p ()
BEGIN
  DELETE FROM ids;  -- expect: delete-without-where
  CREATE TEMPORARY TABLE numbers (id INT);
  DELETE FROM numbers;
  DROP TABLE numbers;
END//
DELIMITER ;
DROP TABLE numbers;  -- expect: drop-table, several-ddl

-- changeset: a temporary table that is made in a branch may not be there
DELIMITER //
CREATE PROCEDURE p (a INT)
BEGIN
  IF a THEN
    CREATE TEMPORARY TABLE users (id INT);
  END IF;
  DROP TABLE users;  -- expect: drop-table
END//
DELIMITER ;

-- changeset: a name that only some servers make temporary
CREATE /*!99999 TEMPORARY */ TABLE users (id INT PRIMARY KEY);
DROP TABLE users;  -- expect: several-ddl
