CREATE TABLE users (id INT);  -- expect: no-primary-key
create table if not exists users (id int not null, unique key (id));  -- expect: no-primary-key
CREATE TABLE users (id INT UNIQUE KEY);  -- expect: no-primary-key
CREATE TABLE users (id INT COMMENT 'PRIMARY KEY');  -- expect: no-primary-key
CREATE TABLE users (id INT, `primary` INT, `key` INT);  -- expect: no-primary-key
CREATE TABLE users (id INT, KEY (id));  -- expect: no-primary-key
CREATE TABLE users (id INT, KEY `primary key` (id));  -- expect: no-primary-key
CREATE TABLE users (id SERIAL);  -- expect: no-primary-key
CREATE TABLE users AS SELECT * FROM people;  -- expect: no-primary-key
CREATE TABLE users SELECT 1 AS id;  -- expect: no-primary-key
CREATE TABLE users (id INT) SELECT 1 AS `PRIMARY KEY`;  -- expect: no-primary-key
CREATE TABLE users (id INT /* PRIMARY KEY */);  -- expect: no-primary-key
CREATE TABLE users (id INT CHECK (`primary` > `key`));  -- expect: no-primary-key
CREATE TABLE users (id INT PRIMARY KEY);
CREATE TABLE users (id INT KEY);
CREATE TABLE users (id INT NOT NULL AUTO_INCREMENT, PRIMARY KEY (id));
CREATE TABLE users (id INT, CONSTRAINT PRIMARY KEY (id));
CREATE TABLE users (id INT, CONSTRAINT pk PRIMARY KEY USING BTREE (id));
CREATE TABLE users (PRIMARY KEY (id)) SELECT id FROM people;
CREATE TABLE users LIKE people;
CREATE TABLE users (LIKE people);
CREATE TABLE IF NOT EXISTS users LIKE people;
CREATE TEMPORARY TABLE users (id INT);
CREATE TEMPORARY TABLE IF NOT EXISTS users SELECT 1 AS id;

-- changeset: the key comes later
CREATE TABLE users AS SELECT * FROM people;
ALTER TABLE users ADD PRIMARY KEY (id);  -- expect: several-ddl
