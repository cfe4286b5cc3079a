CREATE TABLE n (id INT PRIMARY KEY, v VARCHAR(20));
INSERT INTO n VALUES (1, 'no end')
  -- a comment
  , (2, 'at all')