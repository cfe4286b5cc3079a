UPDATE users SET active = 1;  -- expect: update-without-where
update low_priority ignore `users` set `active` = 1;  -- expect: update-without-where
UPDATE users SET active = 1 LIMIT 10;  -- expect: update-without-where
UPDATE users SET active = 1 ORDER BY id LIMIT 10;  -- expect: update-without-where
UPDATE users u SET u.active = (SELECT 1 FROM orders WHERE orders.user_id = u.id);  -- expect: update-without-where
UPDATE users SET active = CASE WHEN id THEN 1 ELSE 0 END;  -- expect: update-without-where
UPDATE users u, orders o SET u.active = 1;  -- expect: update-without-where
UPDATE users u JOIN orders o ON o.user_id = u.id SET u.active = 1;
UPDATE users u JOIN (SELECT id FROM orders WHERE id > 5) o USING (id) SET u.active = 1;
UPDATE users SET users.where = 1;  -- expect: update-without-where
UPDATE users SET `where` = 1;  -- expect: update-without-where
UPDATE users SET note = 'x WHERE id = 1';  -- expect: update-without-where
UPDATE users SET note = "x WHERE id = 1" /* WHERE id = 1 */;  -- expect: update-without-where
UPDATE users SET active = 1 WHERE 1 = 1;  -- expect: update-without-where
UPDATE users SET active = 1 WHERE TRUE ORDER BY id;  -- expect: update-without-where
UPDATE users PARTITION (p0) SET active = 1;  -- expect: update-without-where
WITH o AS (SELECT user_id FROM orders WHERE id > 5) UPDATE users JOIN o ON o.user_id = users.id SET active = 1;
UPDATE users  -- expect: update-without-where
  SET active = 1,
      note = (SELECT body FROM notes WHERE notes.id = users.id)
  ORDER BY id;

UPDATE users SET active = 1 WHERE id = 5;
UPDATE users SET slug = LOWER(name) WHERE slug IS NULL;
UPDATE users u JOIN orders o ON o.user_id = u.id SET u.active = 1 WHERE u.active IS NULL;
UPDATE `update` SET `set` = 1 WHERE `where` = 2;
WITH o AS (SELECT user_id FROM orders) UPDATE users SET active = 1 WHERE id IN (SELECT user_id FROM o);
INSERT INTO users (id, active) VALUES (1, 1) ON DUPLICATE KEY UPDATE active = 1;  -- expect: overwrites-rows
INSERT INTO users (id, active) SELECT id, 1 FROM old_users ON DUPLICATE KEY UPDATE active = VALUES(active);  -- expect: overwrites-rows
CREATE TABLE visits (id INT PRIMARY KEY, at TIMESTAMP DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);
SELECT * FROM users WHERE id = 5 FOR UPDATE;
SELECT * FROM users FOR UPDATE;
EXPLAIN UPDATE users SET active = 1;
INSERT INTO notes (body) VALUES ('UPDATE users SET active = 1');
