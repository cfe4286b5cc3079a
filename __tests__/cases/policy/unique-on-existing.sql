CREATE UNIQUE INDEX by_mail ON users (mail);  -- expect: unique-on-existing
create unique index by_mail using btree on `users` (mail);  -- expect: unique-on-existing
ALTER TABLE users ADD UNIQUE (mail);  -- expect: unique-on-existing
ALTER TABLE users ADD UNIQUE KEY by_mail (mail);  -- expect: unique-on-existing
ALTER TABLE users ADD UNIQUE INDEX by_mail (mail);  -- expect: unique-on-existing
ALTER TABLE users ADD CONSTRAINT UNIQUE (mail);  -- expect: unique-on-existing
ALTER TABLE users ADD CONSTRAINT by_mail UNIQUE KEY (mail);  -- expect: unique-on-existing
ALTER TABLE users ADD CONSTRAINT `check` UNIQUE (mail);  -- expect: unique-on-existing
ALTER TABLE users ADD PRIMARY KEY (id);  -- expect: unique-on-existing, table-rebuild
ALTER TABLE users ADD COLUMN code INT NOT NULL DEFAULT 0 UNIQUE;  -- expect: table-rebuild, unique-on-existing
ALTER TABLE users ADD COLUMN code INT AS (a + 1) UNIQUE KEY;  -- expect: table-rebuild, unique-on-existing
ALTER TABLE users MODIFY mail VARCHAR(50) UNIQUE;  -- expect: unique-on-existing, column-type-change, table-rebuild
ALTER TABLE users ADD COLUMN code INT UNIQUE;  -- expect: table-rebuild
ALTER TABLE users ADD COLUMN code INT DEFAULT NULL UNIQUE KEY;  -- expect: table-rebuild
ALTER TABLE users ADD COLUMN id INT NOT NULL AUTO_INCREMENT PRIMARY KEY;  -- expect: table-rebuild
ALTER TABLE users ADD COLUMN id INT NOT NULL AUTO_INCREMENT, ADD PRIMARY KEY (`ID`);  -- expect: table-rebuild
ALTER TABLE users ADD INDEX `unique` (mail);
ALTER TABLE users ADD COLUMN `unique` INT;
CREATE INDEX by_mail ON users (mail);
CREATE FULLTEXT INDEX by_bio ON users (bio);  -- expect: table-rebuild
CREATE TABLE people (id INT PRIMARY KEY, mail VARCHAR(50) UNIQUE, UNIQUE KEY (mail));

-- changeset: a table that this changeset made has no rows
CREATE TABLE people (id INT PRIMARY KEY, mail VARCHAR(50));
CREATE UNIQUE INDEX by_mail ON people (mail);  -- expect: several-ddl
ALTER TABLE people ADD UNIQUE (id, mail);

-- changeset: IF NOT EXISTS promises no new table
CREATE TABLE IF NOT EXISTS people (id INT PRIMARY KEY, mail VARCHAR(50));
CREATE UNIQUE INDEX by_mail ON people (mail);  -- expect: unique-on-existing, several-ddl
