ALTER TABLE users DROP PRIMARY KEY;  -- expect: drop-primary-key, table-rebuild
ALTER TABLE users DROP PRIMARY KEY, ADD PRIMARY KEY (id, at);  -- expect: drop-primary-key, table-rebuild, unique-on-existing
ALTER TABLE users DROP INDEX `PRIMARY`;  -- expect: drop-primary-key, table-rebuild
ALTER TABLE users DROP KEY `primary`;  -- expect: drop-primary-key, table-rebuild
ALTER TABLE users DROP CONSTRAINT `PRIMARY`;  -- expect: drop-primary-key, table-rebuild
DROP INDEX `PRIMARY` ON users;  -- expect: drop-primary-key, table-rebuild
ALTER TABLE users DROP COLUMN `primary key`;  -- expect: drop-column
ALTER TABLE users ADD COLUMN a VARCHAR(20) DEFAULT 'DROP PRIMARY KEY';
