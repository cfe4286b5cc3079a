CREATE TABLE n (id INT PRIMARY KEY);
INSERT INTO n VALUES (1);
-- the last line has no end