CALL p();  -- expect: dynamic-sql
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO CALL p();  -- expect: dynamic-sql

-- changeset: a routine of this changelog that empties a table
CREATE PROCEDURE empty_users () DELETE FROM users;  -- expect: delete-without-where
CALL empty_users();  -- expect: delete-without-where

-- changeset: by a detour
CREATE PROCEDURE inner_one () TRUNCATE users;  -- expect: truncate
CREATE PROCEDURE outer_one () CALL inner_one();  -- expect: several-ddl, truncate
CALL outer_one;  -- expect: truncate

-- changeset: a function that deletes
DELIMITER //
CREATE FUNCTION empty_users () RETURNS INT BEGIN DELETE FROM users; RETURN 1; END//  -- expect: delete-without-where
DELIMITER ;
DO empty_users();  -- expect: delete-without-where

-- changeset: an event that is switched on again
CREATE EVENT cleanup ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM users;  -- expect: delete-without-where
ALTER EVENT cleanup ENABLE;  -- expect: delete-without-where, several-ddl

-- changeset: a routine that calls itself has an end
CREATE PROCEDURE again () CALL again();
CALL again();

-- changeset: a routine that was dropped is not known any more
CREATE PROCEDURE p () DELETE FROM users;  -- expect: delete-without-where
DROP PROCEDURE p;  -- expect: several-ddl
CALL p();  -- expect: dynamic-sql

-- changeset: a routine that says which rows
CREATE PROCEDURE close_old () UPDATE users SET active = 0 WHERE last_login < '2020-01-01';
CALL close_old();

-- changeset: what a called routine does to a table that was made here
CREATE TABLE scratch (id INT PRIMARY KEY);
CREATE PROCEDURE empty_scratch () DELETE FROM scratch;  -- expect: delete-without-where, several-ddl
CALL empty_scratch();

-- changeset: the transaction of a routine is its own
CREATE PROCEDURE p () COMMIT;
CALL p();
