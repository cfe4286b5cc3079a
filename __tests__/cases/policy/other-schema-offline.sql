-- Without a target every schema that is named counts as another one.
INSERT INTO shop.users VALUES (1);  -- expect: other-schema
CREATE TABLE shop.users (id INT PRIMARY KEY);  -- expect: other-schema
USE shop;  -- expect: other-schema
CREATE DATABASE shop;  -- expect: other-schema
INSERT INTO users VALUES (1);
SELECT * FROM shop.users;
ALTER DATABASE DEFAULT CHARACTER SET utf8mb4;
