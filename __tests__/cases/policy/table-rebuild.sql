ALTER TABLE users ENGINE = InnoDB;  -- expect: table-rebuild
ALTER TABLE users ENGINE InnoDB;  -- expect: table-rebuild
ALTER TABLE users FORCE;  -- expect: table-rebuild
ALTER TABLE users ROW_FORMAT = COMPRESSED KEY_BLOCK_SIZE = 8;  -- expect: table-rebuild
ALTER TABLE users COMMENT = 'x', ROW_FORMAT DYNAMIC;  -- expect: table-rebuild
ALTER TABLE users ENCRYPTION = 'Y';  -- expect: table-rebuild
ALTER TABLE users ADD COLUMN total INT AS (a + b) STORED;  -- expect: table-rebuild
ALTER TABLE users ADD COLUMN total INT GENERATED ALWAYS AS (a + b) STORED NOT NULL;  -- expect: table-rebuild
ALTER TABLE users ADD COLUMN id BIGINT AUTO_INCREMENT PRIMARY KEY FIRST;  -- expect: table-rebuild
ALTER TABLE users ADD FULLTEXT INDEX by_bio (bio);  -- expect: table-rebuild
ALTER TABLE users ADD CONSTRAINT fk FOREIGN KEY (team) REFERENCES teams (id);  -- expect: table-rebuild
ALTER TABLE users ADD FOREIGN KEY (team) REFERENCES teams (id), ALGORITHM = COPY;  -- expect: table-rebuild
ALTER TABLE users ADD CHECK (age > 0);  -- expect: table-rebuild
ALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17) ENFORCED;  -- expect: table-rebuild
ALTER TABLE users ALTER CHECK adult ENFORCED;  -- expect: table-rebuild, breaks-readers
ALTER TABLE users PARTITION BY HASH (id) PARTITIONS 4;  -- expect: table-rebuild
ALTER TABLE users ADD COLUMN a INT PARTITION BY HASH (id) PARTITIONS 4;  -- expect: table-rebuild
ALTER TABLE users REMOVE PARTITIONING;  -- expect: table-rebuild
ALTER TABLE users ORDER BY name;  -- expect: table-rebuild
ALTER TABLE users ADD COLUMN a INT, ALGORITHM = COPY;  -- expect: table-rebuild
ALTER TABLE users ENGINE = InnoDB, ALGORITHM = INPLACE;  -- expect: table-rebuild
ALTER TABLE users ENGINE = MyISAM, ALGORITHM = INPLACE;
ALTER TABLE users ADD COLUMN team INT REFERENCES teams (id);  -- expect: table-rebuild
ALTER TABLE users ROW_FORMAT = DYNAMIC, ALGORITHM = INPLACE;  -- expect: table-rebuild
ALTER TABLE users ADD FOREIGN KEY (team) REFERENCES teams (id), ALGORITHM = INPLACE, LOCK = NONE;
ALTER TABLE users ADD CONSTRAINT adult CHECK (age > 17) NOT ENFORCED;
ALTER TABLE users ALTER CONSTRAINT adult NOT ENFORCED;  -- expect: breaks-readers
ALTER TABLE users ADD COLUMN age INT;
ALTER TABLE users ADD COLUMN total INT AS (a + b) VIRTUAL, ALGORITHM = INSTANT;
ALTER TABLE users ADD INDEX by_name (name), ADD INDEX (mail(10)), ALGORITHM = INPLACE, LOCK = NONE;
ALTER TABLE users AUTO_INCREMENT = 1000;
ALTER TABLE users COMMENT = 'ENGINE = InnoDB, FORCE';
ALTER TABLE users STATS_PERSISTENT = 1, DEFAULT CHARSET = utf8mb4;
ALTER TABLE `force` ADD COLUMN `engine` INT;
ALTER TABLE users ALTER COLUMN age SET DEFAULT 18;  -- expect: breaks-readers
ALTER VIEW v AS SELECT 1;  -- expect: breaks-readers
