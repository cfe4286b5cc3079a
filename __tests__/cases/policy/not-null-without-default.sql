ALTER TABLE users ADD COLUMN age INT NOT NULL;  -- expect: not-null-without-default
ALTER TABLE users ADD age INT NOT NULL;  -- expect: not-null-without-default
ALTER TABLE users ADD COLUMN age INT NOT NULL COMMENT 'DEFAULT 5';  -- expect: not-null-without-default
ALTER TABLE users ADD COLUMN age INT NOT NULL AFTER name;  -- expect: not-null-without-default
ALTER TABLE users ADD COLUMN age INT NOT NULL DEFAULT NULL;  -- expect: not-null-without-default
ALTER TABLE users ADD COLUMN a INT NULL, ADD COLUMN b INT NOT NULL;  -- expect: not-null-without-default
ALTER TABLE users ADD COLUMN (a INT, b INT NOT NULL);  -- expect: not-null-without-default
ALTER TABLE users ADD (a INT NOT NULL DEFAULT 1, b INT NOT NULL, INDEX (a));  -- expect: not-null-without-default, table-rebuild
ALTER TABLE users ADD COLUMN team INT NOT NULL REFERENCES teams (id) ON DELETE SET DEFAULT;  -- expect: not-null-without-default, table-rebuild
ALTER TABLE users ADD COLUMN `not null default` INT NOT NULL;  -- expect: not-null-without-default
ALTER TABLE users MODIFY age INT NOT NULL;  -- expect: not-null-without-default, column-type-change, table-rebuild
ALTER TABLE users MODIFY age INT NOT NULL DEFAULT 0;  -- expect: not-null-without-default, column-type-change, table-rebuild
ALTER TABLE users CHANGE age age INT NOT NULL;  -- expect: not-null-without-default, column-type-change, table-rebuild
ALTER TABLE users ADD COLUMN age INT NOT NULL DEFAULT 0;
ALTER TABLE users ADD COLUMN age INT DEFAULT 0 NOT NULL;
ALTER TABLE users ADD COLUMN at DATETIME NOT NULL DEFAULT (NOW());  -- expect: table-rebuild
ALTER TABLE users ADD COLUMN age INT;
ALTER TABLE users ADD COLUMN age INT NULL;
ALTER TABLE users ADD COLUMN age INT CHECK (age IS NOT NULL);  -- expect: table-rebuild
ALTER TABLE users ADD COLUMN age INT COMMENT 'NOT NULL';
ALTER TABLE users ADD COLUMN total INT GENERATED ALWAYS AS (a + b) VIRTUAL NOT NULL;
ALTER TABLE users ADD COLUMN total INT AS (a + b) NOT NULL;
ALTER TABLE users ADD COLUMN no INT NOT NULL AUTO_INCREMENT, ADD UNIQUE KEY (no);  -- expect: table-rebuild
ALTER TABLE users ADD COLUMN id SERIAL;  -- expect: table-rebuild
ALTER TABLE users ALTER COLUMN age DROP DEFAULT;  -- expect: breaks-readers

-- changeset: a table that this changeset made has no rows and no readers
CREATE TABLE people (id INT PRIMARY KEY);
ALTER TABLE people ADD COLUMN age INT NOT NULL;  -- expect: several-ddl
