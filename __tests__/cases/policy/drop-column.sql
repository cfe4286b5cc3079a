ALTER TABLE users DROP COLUMN nick;  -- expect: drop-column
ALTER TABLE users DROP nick;  -- expect: drop-column
ALTER TABLE users DROP `nick`;  -- expect: drop-column
ALTER TABLE users DROP "nick";  -- expect: drop-column
ALTER TABLE users DROP `index`;  -- expect: drop-column
ALTER TABLE users DROP COLUMN `primary`;  -- expect: drop-column
ALTER TABLE users DROP position;  -- expect: drop-column
ALTER TABLE users DROP COLUMN nick RESTRICT;  -- expect: drop-column
alter/**/table/**/users/**/drop/**/nick;  -- expect: drop-column
ALTER TABLE `drop` DROP `drop`;  -- expect: drop-column
ALTER TABLE users ADD COLUMN name VARCHAR(50), DROP COLUMN nick;  -- expect: drop-column
ALTER TABLE users ALGORITHM = INSTANT, DROP COLUMN nick, LOCK = DEFAULT;  -- expect: drop-column
ALTER TABLE users
  ADD COLUMN kind ENUM ('a,', ',DROP b', 'c') DEFAULT 'a',  -- expect: table-rebuild
  ADD COLUMN price DECIMAL(10, 2),
  DROP nick,  -- expect: drop-column
  ADD INDEX by_name (name, kind),
  DROP COLUMN  -- expect: drop-column
    mail;

ALTER TABLE users DROP INDEX nick;  -- expect: drop-index
ALTER TABLE users DROP KEY nick;  -- expect: drop-index
ALTER TABLE users DROP FOREIGN KEY nick;  -- expect: breaks-readers
ALTER TABLE users DROP CHECK nick;  -- expect: breaks-readers
ALTER TABLE users ALTER COLUMN nick DROP DEFAULT;  -- expect: breaks-readers
ALTER TABLE users ALTER nick DROP DEFAULT;  -- expect: breaks-readers
ALTER TABLE users ADD COLUMN `DROP COLUMN nick` INT COMMENT ', DROP COLUMN nick';
ALTER TABLE users ADD COLUMN a INT DEFAULT (CASE WHEN 1 THEN 2 END), COMMENT = ', DROP nick';  -- expect: table-rebuild
ALTER TABLE users /* DROP COLUMN nick, */ ADD COLUMN a INT /*, DROP COLUMN nick */;
ALTER TABLE users ADD COLUMN a INT  -- , DROP COLUMN nick
;
