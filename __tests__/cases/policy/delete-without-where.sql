DELETE FROM users;  -- expect: delete-without-where
delete from `users`;  -- expect: delete-without-where
DELETE LOW_PRIORITY QUICK IGNORE FROM users;  -- expect: delete-without-where
DELETE FROM users LIMIT 10;  -- expect: delete-without-where
DELETE FROM users ORDER BY id LIMIT 10;  -- expect: delete-without-where
DELETE FROM users PARTITION (p0);  -- expect: delete-without-where
DELETE FROM users AS u;  -- expect: delete-without-where
DELETE u FROM users u;  -- expect: delete-without-where
DELETE u, o FROM users AS u JOIN orders o ON o.user_id = u.id;
DELETE users.* FROM users;  -- expect: delete-without-where
DELETE FROM u USING users u;  -- expect: delete-without-where
DELETE FROM u.*, o.* USING users u JOIN orders o USING (user_id);
WITH old AS (SELECT id FROM users WHERE id < 5) DELETE FROM users;  -- expect: delete-without-where
WITH RECURSIVE old (id) AS (SELECT 1 WHERE 1), b AS (SELECT 2 WHERE 2)  -- the command is the DELETE
  DELETE u FROM users u JOIN old ON old.id = u.id;
DELETE FROM users ORDER BY (SELECT MAX(id) FROM orders WHERE id > 5) LIMIT 5;  -- expect: delete-without-where
DELETE u FROM users u JOIN (SELECT id FROM orders WHERE id > 5) o ON o.id = u.id;
DELETE FROM shop.where;  -- expect: delete-without-where, other-schema
DELETE FROM `where`;  -- expect: delete-without-where
DELETE FROM users  -- expect: delete-without-where
-- WHERE id = 5
;
DELETE FROM users  -- expect: delete-without-where
# WHERE id = 5
;
DELETE FROM users /* WHERE id = 5 */;  -- expect: delete-without-where
DELETE /*+ WHERE(id) */ FROM users;  -- expect: delete-without-where
DELETE FROM users WHERE 1;  -- expect: delete-without-where
DELETE FROM users WHERE 1 = 1;  -- expect: delete-without-where
DELETE FROM users WHERE TRUE;  -- expect: delete-without-where
DELETE FROM users WHERE NOT FALSE AND (1 OR 'a' = 'a');  -- expect: delete-without-where
DELETE FROM users WHERE 'id' = 'id';  -- expect: delete-without-where
DELETE FROM users WHERE "id" LIKE '%';  -- expect: delete-without-where
DELETE FROM users WHERE RAND() < 2;  -- expect: delete-without-where
DELETE FROM users WHERE NOW() > '2020-01-01' ORDER BY id LIMIT 1000;  -- expect: delete-without-where
DELETE FROM users WHERE @confirmed IS NULL;  -- expect: delete-without-where
DELETE FROM users WHERE CURRENT_DATE > DATE '2020-01-01';  -- expect: delete-without-where
DELETE FROM users WHERE 1 IN (1, 2);  -- expect: delete-without-where
DELETE FROM users WHERE _latin1 'a' = 'a';  -- expect: delete-without-where
DELETE FROM users WHERE EXISTS (SELECT 1);  -- expect: delete-without-where
DELETE FROM users WHERE (SELECT 1 FROM DUAL);  -- expect: delete-without-where
DELETE FROM users WHERE CAST('1' AS SIGNED);  -- expect: delete-without-where
DELETE FROM users WHERE 1 COLLATE utf8mb4_bin = 1;  -- expect: delete-without-where
DELETE FROM users WHERE NOW() > TIMESTAMP '2020-01-01 00:00:00' + INTERVAL 1 DAY;  -- expect: delete-without-where
DELETE FROM users WHERE CASE 1 WHEN 1 THEN TRUE END;  -- expect: delete-without-where
DELETE FROM users WHERE id = 5 OR 1 = 1;  -- expect: delete-without-where
DELETE FROM users WHERE ((id = 5 OR TRUE));  -- expect: delete-without-where
DELETE FROM users WHERE id IS NULL || 1;  -- expect: delete-without-where
EXPLAIN ANALYZE DELETE u FROM users u;  -- expect: delete-without-where

DELETE FROM users WHERE id = 5;
DELETE FROM users WHERE `id` = 5;
DELETE FROM users WHERE (id) IN (1, 2) ORDER BY id LIMIT 10;
DELETE FROM users WHERE 1 = 1 AND deleted;
DELETE FROM users WHERE users.`end` IS NULL;
DELETE FROM users WHERE end < NOW();
DELETE FROM users WHERE date < '2020-01-01';
DELETE FROM users WHERE DATE(at) < DATE '2020-01-01' - INTERVAL 1 DAY;
DELETE FROM users WHERE year = 2020 AND day;
DELETE FROM users WHERE NOT deleted;
DELETE FROM users WHERE id = 5 OR id = 6;
DELETE FROM users WHERE 1 AND (id = 5 OR 1 = 2 AND active);
DELETE FROM users WHERE 'x' = name;
DELETE FROM users WHERE -id > 5;
DELETE FROM users WHERE EXISTS (SELECT 1 FROM orders);  -- expect: delete-without-where
DELETE FROM users WHERE NOT EXISTS (SELECT 1 FROM orders WHERE orders.user_id = users.id);
DELETE FROM `delete` WHERE `where` = 1;
DELETE u FROM users u JOIN orders o ON o.user_id = u.id WHERE o.id IS NULL;
DELETE FROM u USING users u WHERE u.id = 5;
WITH old AS (SELECT id FROM users) DELETE FROM users WHERE id IN (SELECT id FROM old);  -- expect: delete-without-where
EXPLAIN DELETE FROM users;
DESCRIBE `delete`;
CREATE TABLE posts (id INT PRIMARY KEY, user_id INT, FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);
CREATE TABLE posts (id INT PRIMARY KEY, user_id INT REFERENCES users (id) ON DELETE SET NULL ON UPDATE CASCADE);
SELECT 'DELETE FROM users' FROM users;
INSERT INTO users (name) VALUES ('x') ON DUPLICATE KEY UPDATE name = 'DELETE FROM users';  -- expect: overwrites-rows
