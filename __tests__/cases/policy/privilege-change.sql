GRANT SELECT ON shop.* TO 'app'@'%';  -- expect: privilege-change
GRANT analyst TO 'bob'@'localhost' WITH ADMIN OPTION;  -- expect: server-change
REVOKE ALL PRIVILEGES, GRANT OPTION FROM bob;  -- expect: privilege-change
CREATE USER IF NOT EXISTS bob IDENTIFIED BY 'secret';  -- expect: privilege-change
ALTER USER bob ACCOUNT LOCK;  -- expect: privilege-change
DROP USER bob, `eve`@`%`;  -- expect: privilege-change
RENAME USER bob TO robert;  -- expect: privilege-change
CREATE ROLE analyst, 'etl'@'%';  -- expect: privilege-change
DROP ROLE IF EXISTS analyst;  -- expect: privilege-change
SET PASSWORD FOR bob = 'secret';  -- expect: privilege-change
SET PASSWORD = 'secret';  -- expect: privilege-change
SET DEFAULT ROLE ALL TO bob;  -- expect: server-change
CREATE TABLE `user` (id INT PRIMARY KEY);
CREATE TABLE user (id INT PRIMARY KEY, role INT);
CREATE DEFINER = user@localhost VIEW v AS SELECT 1;
CREATE DEFINER = CURRENT_USER() VIEW v AS SELECT 1;
CREATE DEFINER = 'role'@'user' VIEW v AS SELECT 'GRANT ALL';
SELECT CURRENT_USER(), USER();
SHOW GRANTS FOR bob;

-- changeset: privileges are no several DDL
CREATE ROLE analyst;  -- expect: privilege-change
GRANT SELECT ON orders TO analyst;  -- expect: privilege-change
GRANT SELECT ON users TO analyst;  -- expect: privilege-change
