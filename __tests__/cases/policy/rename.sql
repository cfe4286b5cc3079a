RENAME TABLE users TO people;  -- expect: rename
RENAME TABLES users TO people;  -- expect: rename
RENAME TABLE users TO users_old, users_new TO users;  -- expect: rename
ALTER TABLE users RENAME TO people;  -- expect: rename
ALTER TABLE users RENAME AS people;  -- expect: rename
ALTER TABLE users RENAME people;  -- expect: rename
ALTER TABLE users RENAME = people;  -- expect: rename
ALTER TABLE users RENAME COLUMN nick TO alias;  -- expect: rename
ALTER TABLE users ADD COLUMN a INT, RENAME COLUMN `nick` TO `alias`;  -- expect: rename
ALTER TABLE users CHANGE nick alias VARCHAR(50);  -- expect: rename, column-type-change, table-rebuild
ALTER TABLE users CHANGE COLUMN nick alias VARCHAR(50);  -- expect: rename, column-type-change, table-rebuild
ALTER TABLE users RENAME INDEX a TO b;
ALTER TABLE users RENAME KEY a TO b;
RENAME USER a TO b;  -- expect: privilege-change
SELECT 'RENAME TABLE users TO people';

-- changeset: a table that this changeset made may get its name
CREATE TABLE people_new (id INT PRIMARY KEY);
RENAME TABLE people_new TO people;  -- expect: several-ddl
ALTER TABLE people RENAME COLUMN id TO person_id;
RENAME TABLE people TO persons, users TO people;  -- expect: rename
