DROP INDEX by_mail ON users;  -- expect: drop-index
drop index `by_mail` on `users` algorithm = inplace lock = none;  -- expect: drop-index
ALTER TABLE users DROP INDEX by_mail;  -- expect: drop-index
ALTER TABLE users DROP KEY by_mail, DROP INDEX by_name;  -- expect: drop-index
ALTER TABLE users DROP CONSTRAINT by_mail;  -- expect: drop-index
ALTER TABLE users DROP INDEX `primary key`;  -- expect: drop-index
ALTER TABLE users ALTER INDEX by_mail INVISIBLE;  -- expect: breaks-readers
ALTER TABLE users DROP FOREIGN KEY users_team;  -- expect: breaks-readers
ALTER TABLE users DROP CHECK adult;  -- expect: breaks-readers
SELECT 'DROP INDEX by_mail ON users';
