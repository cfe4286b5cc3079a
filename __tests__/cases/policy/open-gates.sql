-- gates: changeset, run
DROP TABLE users;  -- expect: excused drop-table
TRUNCATE users;  -- expect: excused truncate
DELETE FROM users;  -- expect: excused delete-without-where
ALTER TABLE users DROP nick, DROP INDEX by_nick;  -- expect: excused drop-column, drop-index, table-rebuild
USE other;  -- expect: other-schema
