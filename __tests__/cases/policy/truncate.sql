TRUNCATE TABLE users;  -- expect: truncate
TRUNCATE users;  -- expect: truncate
truncate `users`;  -- expect: truncate
ALTER TABLE logs TRUNCATE PARTITION p0;  -- expect: truncate
ALTER TABLE logs TRUNCATE PARTITION p0, p1;  -- expect: truncate
ALTER TABLE logs TRUNCATE PARTITION ALL;  -- expect: truncate
ALTER TABLE logs ALGORITHM = INPLACE, TRUNCATE PARTITION p0;  -- expect: truncate
ALTER TABLE logs DISCARD TABLESPACE;  -- expect: truncate
ALTER TABLE logs DISCARD PARTITION p0 TABLESPACE;  -- expect: truncate
ALTER TABLE logs ENGINE = BLACKHOLE;  -- expect: truncate, table-rebuild
ALTER TABLE logs COMMENT = 'x' ENGINE 'Memory';  -- expect: truncate, table-rebuild
ALTER TABLE logs ENGINE = InnoDB, ENGINE = `blackhole`;  -- expect: truncate, table-rebuild
ALTER TABLE logs ENGINE = InnoDB COMMENT = 'not ENGINE = BLACKHOLE';  -- expect: table-rebuild
SELECT TRUNCATE(1.234, 2);
UPDATE prices SET amount = TRUNCATE(amount, 2) WHERE amount > 0;
INSERT INTO actions (name) VALUES ('TRUNCATE TABLE users');
CREATE TABLE `truncate` (`truncate` INT PRIMARY KEY);
CREATE TABLE cache (id INT PRIMARY KEY) ENGINE = MEMORY;
ALTER TABLE logs IMPORT TABLESPACE;  -- expect: server-change
