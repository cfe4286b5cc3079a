ALTER TABLE logs DROP PARTITION p0;  -- expect: drop-partition
ALTER TABLE logs DROP PARTITION p0, p1, p2;  -- expect: drop-partition
alter table `logs` drop partition `p0`;  -- expect: drop-partition
ALTER TABLE logs ALGORITHM = INPLACE, DROP PARTITION p0;  -- expect: drop-partition
ALTER TABLE logs DROP `partition`;  -- expect: drop-column
ALTER TABLE logs ADD PARTITION (PARTITION p9 VALUES LESS THAN (2030));
ALTER TABLE logs ADD COLUMN a VARCHAR(40) DEFAULT 'DROP PARTITION p0';
ALTER TABLE logs REORGANIZE PARTITION p0, p1 INTO (PARTITION p0 VALUES LESS THAN (5));  -- expect: table-rebuild
ALTER TABLE logs COALESCE PARTITION 2;  -- expect: table-rebuild
ALTER TABLE logs REBUILD PARTITION ALL;  -- expect: table-rebuild
ALTER TABLE logs EXCHANGE PARTITION p0 WITH TABLE logs_2020;  -- expect: rename
ALTER TABLE logs EXCHANGE PARTITION p0 WITH TABLE logs_2020 WITHOUT VALIDATION;  -- expect: rename
