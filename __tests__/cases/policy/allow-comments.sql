-- db-deploy:allow rename nobody reads it
RENAME TABLE users TO people;  -- expect: excused rename

-- db-deploy:allow rename nobody reads it
-- db-deploy:allow table-rebuild ten rows
ALTER TABLE users CHANGE nick alias VARCHAR(50);  -- expect: excused rename, excused table-rebuild, column-type-change

-- db-deploy:allow other-schema the archive has a backup of its own -- expect: allow-comment
INSERT INTO archive.users SELECT * FROM users;  -- expect: other-schema

-- db-deploy:allow drop-index excuses nothing here
RENAME TABLE users TO people;  -- expect: rename

-- db-deploy:allow drop-table we do not need it -- expect: allow-comment
DROP TABLE users;  -- expect: drop-table

-- db-deploy:allow drop-colum typed in a hurry -- expect: allow-comment
ALTER TABLE users DROP nick;  -- expect: drop-column

-- db-deploy:allow Rename names of rules are lower case -- expect: allow-comment
RENAME TABLE users TO people;  -- expect: rename

-- changeset: a comment is about one statement
-- db-deploy:allow rename nobody reads it
RENAME TABLE users TO people;  -- expect: excused rename
RENAME TABLE orders TO sales;  -- expect: rename, several-ddl

-- changeset: all commands of a body are one statement
DELIMITER //
-- db-deploy:allow dynamic-sql the name comes from a constant
CREATE PROCEDURE p ()
BEGIN
  PREPARE a FROM @a;  -- expect: excused dynamic-sql
  PREPARE b FROM @b;  -- expect: excused dynamic-sql
END//
DELIMITER ;
