ALTER TABLE users MODIFY age SMALLINT;  -- expect: column-type-change, table-rebuild
ALTER TABLE users MODIFY COLUMN age SMALLINT NULL;  -- expect: column-type-change, table-rebuild
ALTER TABLE users CHANGE age age SMALLINT;  -- expect: column-type-change, table-rebuild
ALTER TABLE users CHANGE COLUMN `age` AGE SMALLINT;  -- expect: column-type-change, table-rebuild
ALTER TABLE users MODIFY kind ENUM('a', 'b');  -- expect: column-type-change, table-rebuild
ALTER TABLE users MODIFY name VARCHAR(100), ALGORITHM = INPLACE, LOCK = NONE;  -- expect: column-type-change
ALTER TABLE users MODIFY name VARCHAR(100), ALGORITHM INSTANT;  -- expect: column-type-change
ALTER TABLE users CONVERT TO CHARACTER SET utf8mb4;  -- expect: column-type-change, table-rebuild
ALTER TABLE users CONVERT TO CHARSET latin1;  -- expect: column-type-change, table-rebuild
ALTER TABLE users
  ADD COLUMN a INT,
  MODIFY age SMALLINT,  -- expect: column-type-change, table-rebuild
  MODIFY name VARCHAR(10);  -- expect: column-type-change
ALTER TABLE users DEFAULT CHARACTER SET utf8mb4;
ALTER TABLE users ALTER COLUMN age SET DEFAULT 5;  -- expect: breaks-readers
ALTER TABLE users ALTER COLUMN age SET INVISIBLE;  -- expect: breaks-readers
ALTER TABLE users COMMENT = 'MODIFY age SMALLINT';
ALTER TABLE users ADD COLUMN `modify` INT;
