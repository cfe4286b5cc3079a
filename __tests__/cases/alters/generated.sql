-- Tables with generated columns, a functional index, FULLTEXT and SPATIAL indexes, or a compressed format.
CREATE TABLE g (
  id INT NOT NULL PRIMARY KEY,
  a INT NOT NULL,
  b INT NULL,
  name VARCHAR(50) NULL,
  vi INT AS (a + 1) VIRTUAL,
  vx INT AS (a + 2) VIRTUAL,
  st INT AS (a + 3) STORED,
  KEY by_vx (vx)
);
CREATE TABLE fi (id INT NOT NULL PRIMARY KEY, a INT NOT NULL, b INT NULL, KEY by_sum ((a + b)));
CREATE TABLE ft (id INT NOT NULL PRIMARY KEY, a INT NOT NULL, bio TEXT NULL, note VARCHAR(20), FULLTEXT KEY by_bio (bio));
CREATE TABLE sp (id INT NOT NULL PRIMARY KEY, a INT NOT NULL, place POINT NOT NULL SRID 0, spot POINT NOT NULL SRID 0, SPATIAL KEY by_place (place));
CREATE TABLE cp (id INT NOT NULL PRIMARY KEY, a INT NOT NULL, v VARCHAR(50)) ROW_FORMAT=COMPRESSED;
CREATE TABLE rd (id INT NOT NULL PRIMARY KEY, a INT NOT NULL, v VARCHAR(50)) ROW_FORMAT=REDUNDANT;
CREATE TABLE my (id INT NOT NULL PRIMARY KEY, a INT NOT NULL, v VARCHAR(50), e ENUM('x')) ENGINE=MyISAM;
CREATE TABLE l1 (id INT NOT NULL PRIMARY KEY, a VARCHAR(50), b TEXT, c CHAR(5)) DEFAULT CHARSET=latin1;
CREATE TABLE u3 (id INT NOT NULL PRIMARY KEY, a VARCHAR(50), k VARCHAR(50), b TEXT, c CHAR(5), e ENUM('x'), KEY by_k (k)) DEFAULT CHARSET=utf8mb3;
CREATE TABLE asc1 (id INT NOT NULL PRIMARY KEY, a VARCHAR(50), b TEXT, c CHAR(5)) DEFAULT CHARSET=ascii;
CREATE TABLE par (id INT NOT NULL PRIMARY KEY);
CREATE TABLE chi (id INT NOT NULL PRIMARY KEY, p INT NULL, FOREIGN KEY (p) REFERENCES par (id) ON UPDATE CASCADE);
ALTER TABLE g ADD x INT;  -- 9.7: instant
ALTER TABLE g ADD x INT FIRST;  -- 9.7: instant
ALTER TABLE g ADD x INT AFTER a;  -- 9.7: instant
ALTER TABLE g DROP COLUMN b;  -- 9.7: instant
ALTER TABLE g DROP COLUMN vi;  -- 9.7: inplace
ALTER TABLE g DROP COLUMN vx;  -- 9.7: inplace
ALTER TABLE g DROP COLUMN st;  -- 9.7: instant
ALTER TABLE g DROP COLUMN vi, DROP COLUMN b;  -- 9.7: instant
ALTER TABLE g DROP COLUMN st, DROP COLUMN vi;  -- 9.7: instant
ALTER TABLE g DROP COLUMN vi, ADD INDEX by_b (b);  -- 9.7: inplace
ALTER TABLE g MODIFY vi INT AS (a + 9) VIRTUAL;  -- 9.7: copy
ALTER TABLE g MODIFY vx INT AS (a + 9) VIRTUAL;  -- 9.7: copy
ALTER TABLE g MODIFY st INT AS (a + 9) STORED;  -- 9.7: copy
ALTER TABLE g MODIFY vi INT AS (a + 1) STORED;  -- 9.7: refused 3106
ALTER TABLE g MODIFY st INT AS (a + 3) VIRTUAL;  -- 9.7: refused 3106
ALTER TABLE g MODIFY st INT;  -- 9.7: copy
ALTER TABLE g MODIFY vi INT;  -- 9.7: refused 3106
ALTER TABLE g MODIFY vi BIGINT AS (a + 1) VIRTUAL;  -- 9.7: copy
ALTER TABLE g MODIFY st BIGINT AS (a + 3) STORED;  -- 9.7: copy
ALTER TABLE g MODIFY vi INT AS (a + 1) VIRTUAL;  -- 9.7: instant
ALTER TABLE g MODIFY vi INT AS (a+1) VIRTUAL COMMENT 'same';  -- 9.7: instant
ALTER TABLE g MODIFY st INT AS (a + 3) STORED COMMENT 'same';  -- 9.7: instant
ALTER TABLE g MODIFY vi INT AS (a + 1) VIRTUAL NOT NULL;  -- 9.7: rewrite
ALTER TABLE g MODIFY vi INT AS (a + 1) VIRTUAL FIRST;  -- 9.7: instant
ALTER TABLE g MODIFY st INT AS (a + 3) STORED FIRST;  -- 9.7: rewrite
ALTER TABLE g MODIFY a BIGINT NOT NULL;  -- 9.7: copy
ALTER TABLE g MODIFY b INT NOT NULL;  -- 9.7: rewrite
ALTER TABLE g MODIFY b INT NULL FIRST;  -- 9.7: rewrite
ALTER TABLE g MODIFY name VARCHAR(60);  -- 9.7: inplace
ALTER TABLE g ADD INDEX by_vi (vi);  -- 9.7: inplace
ALTER TABLE g ADD INDEX by_st (st);  -- 9.7: inplace
ALTER TABLE g ADD INDEX by_b (b);  -- 9.7: inplace
ALTER TABLE g ADD INDEX by_fn ((a * 2));  -- 9.7: blocks
ALTER TABLE g DROP INDEX by_vx;  -- 9.7: inplace
ALTER TABLE g ADD y INT AS (a) VIRTUAL;  -- 9.7: instant
ALTER TABLE g FORCE;  -- 9.7: rewrite
ALTER TABLE g ENGINE = InnoDB;  -- 9.7: rewrite
ALTER TABLE g RENAME COLUMN b TO bb;  -- 9.7: instant
ALTER TABLE g RENAME COLUMN vi TO vii;  -- 9.7: instant
ALTER TABLE g CHANGE vi vii INT AS (a + 1) VIRTUAL;  -- 9.7: instant
ALTER TABLE g DROP PRIMARY KEY, ADD PRIMARY KEY (a);  -- 9.7: rewrite
ALTER TABLE g ADD x INT, ADD INDEX by_x (x);  -- 9.7: rewrite
ALTER TABLE fi ADD x INT;  -- 9.7: instant
ALTER TABLE fi ADD x INT AFTER id;  -- 9.7: instant
ALTER TABLE fi DROP INDEX by_sum;  -- 9.7: inplace
ALTER TABLE fi DROP INDEX by_sum, ADD INDEX by_b (b);  -- 9.7: inplace
ALTER TABLE fi RENAME INDEX by_sum TO summed;  -- 9.7: inplace
ALTER TABLE fi ALTER INDEX by_sum INVISIBLE;  -- 9.7: inplace
ALTER TABLE fi ADD INDEX by_b (b);  -- 9.7: inplace
ALTER TABLE fi MODIFY b INT NOT NULL;  -- 9.7: rewrite
ALTER TABLE fi MODIFY b BIGINT;  -- 9.7: copy
ALTER TABLE fi FORCE;  -- 9.7: rewrite
ALTER TABLE ft ADD x INT;  -- 9.7: copy
ALTER TABLE ft DROP COLUMN a;  -- 9.7: copy
ALTER TABLE ft MODIFY note VARCHAR(30);  -- 9.7: inplace
ALTER TABLE ft MODIFY note VARCHAR(20) NOT NULL;  -- 9.7: copy
ALTER TABLE ft MODIFY note VARCHAR(20) COMMENT 'x';  -- 9.7: instant
ALTER TABLE ft RENAME COLUMN a TO aa;  -- 9.7: instant
ALTER TABLE ft RENAME COLUMN bio TO biography;  -- 9.7: instant
ALTER TABLE ft ADD INDEX by_a (a);  -- 9.7: inplace
ALTER TABLE ft ADD FULLTEXT INDEX by_note (note);  -- 9.7: blocks
ALTER TABLE ft DROP INDEX by_bio;  -- 9.7: inplace
ALTER TABLE ft DROP INDEX by_bio, ADD x INT;  -- 9.7: rewrite
ALTER TABLE ft DROP INDEX by_bio, ADD INDEX by_a (a);  -- 9.7: inplace
ALTER TABLE ft DROP INDEX by_bio, ADD FULLTEXT INDEX by_both (bio, note);  -- 9.7: blocks
ALTER TABLE ft FORCE;  -- 9.7: copy
ALTER TABLE ft ENGINE = InnoDB;  -- 9.7: copy
ALTER TABLE ft ADD x INT AS (a) VIRTUAL;  -- 9.7: instant
ALTER TABLE ft ALTER COLUMN a SET DEFAULT 5;  -- 9.7: instant
ALTER TABLE ft DROP COLUMN bio;  -- 9.7: rewrite
ALTER TABLE ft MODIFY bio MEDIUMTEXT;  -- 9.7: copy
OPTIMIZE TABLE ft;  -- 9.7: copy
ALTER TABLE sp ADD x INT;  -- 9.7: instant
ALTER TABLE sp DROP COLUMN a;  -- 9.7: instant
ALTER TABLE sp MODIFY a INT NULL;  -- 9.7: blocks
ALTER TABLE sp ADD INDEX by_a (a);  -- 9.7: inplace
ALTER TABLE sp ADD SPATIAL INDEX by_spot (spot);  -- 9.7: blocks
ALTER TABLE sp DROP INDEX by_place;  -- 9.7: inplace
ALTER TABLE sp DROP INDEX by_place, ADD x INT;  -- 9.7: rewrite
ALTER TABLE sp FORCE;  -- 9.7: blocks
ALTER TABLE sp MODIFY place GEOMETRY NOT NULL SRID 0;  -- 9.7: copy
ALTER TABLE sp MODIFY spot GEOMETRY NOT NULL SRID 0;  -- 9.7: copy
ALTER TABLE cp ADD x INT;  -- 9.7: rewrite
ALTER TABLE cp DROP COLUMN a;  -- 9.7: rewrite
ALTER TABLE cp RENAME COLUMN a TO aa;  -- 9.7: instant
ALTER TABLE cp MODIFY v VARCHAR(60);  -- 9.7: inplace
ALTER TABLE cp ADD INDEX (a);  -- 9.7: inplace
ALTER TABLE cp ADD x INT AS (a) VIRTUAL;  -- 9.7: instant
ALTER TABLE cp ROW_FORMAT = DYNAMIC;  -- 9.7: rewrite
ALTER TABLE cp ROW_FORMAT = COMPRESSED;  -- 9.7: rewrite
ALTER TABLE rd ADD x INT;  -- 9.7: instant
ALTER TABLE rd MODIFY v VARCHAR(60);  -- 9.7: inplace
ALTER TABLE rd MODIFY a INT NULL;  -- 9.7: rewrite
ALTER TABLE rd MODIFY v VARCHAR(80);  -- 9.7: copy
ALTER TABLE my ADD x INT;  -- 9.7: copy
ALTER TABLE my DROP COLUMN a;  -- 9.7: copy
ALTER TABLE my ADD INDEX (a);  -- 9.7: copy
ALTER TABLE my COMMENT 'x';  -- 9.7: instant
ALTER TABLE my ALTER COLUMN a SET DEFAULT 4;  -- 9.7: instant
ALTER TABLE my MODIFY e ENUM('x', 'y');  -- 9.7: instant
ALTER TABLE my RENAME COLUMN a TO aa;  -- 9.7: instant
ALTER TABLE my MODIFY v VARCHAR(60);  -- 9.7: copy
ALTER TABLE my MODIFY a INT NULL;  -- 9.7: copy
ALTER TABLE my MODIFY a INT NOT NULL COMMENT 'x';  -- 9.7: instant
ALTER TABLE my RENAME TO my2;  -- 9.7: instant
ALTER TABLE my ENGINE = InnoDB;  -- 9.7: copy
ALTER TABLE my ENGINE = MyISAM;  -- 9.7: copy
ALTER TABLE my ADD x INT AS (a) VIRTUAL;  -- 9.7: copy
ALTER TABLE my ADD FULLTEXT INDEX (v);  -- 9.7: copy
ALTER TABLE my AUTO_INCREMENT = 5;  -- 9.7: copy
ALTER TABLE my DISABLE KEYS;  -- 9.7: instant
ALTER TABLE my DEFAULT CHARSET latin1;  -- 9.7: copy
ALTER TABLE my DROP PRIMARY KEY;  -- 9.7: copy
ALTER TABLE my FORCE;  -- 9.7: copy
ALTER TABLE my ADD CHECK (a > 0);  -- 9.7: copy
OPTIMIZE TABLE my;  -- 9.7: copy
ALTER TABLE l1 MODIFY a VARCHAR(50) CHARACTER SET utf8mb4;  -- 9.7: copy
ALTER TABLE l1 MODIFY a VARCHAR(50) CHARACTER SET ascii;  -- 9.7: copy
ALTER TABLE l1 MODIFY a VARCHAR(50) COLLATE latin1_bin;  -- 9.7: inplace
ALTER TABLE l1 MODIFY a VARCHAR(255);  -- 9.7: inplace
ALTER TABLE l1 MODIFY a VARCHAR(256);  -- 9.7: copy
ALTER TABLE l1 CONVERT TO CHARACTER SET utf8mb4;  -- 9.7: copy
ALTER TABLE l1 CONVERT TO CHARACTER SET latin1 COLLATE latin1_bin;  -- 9.7: blocks
ALTER TABLE l1 CONVERT TO CHARACTER SET latin1;  -- 9.7: inplace
ALTER TABLE u3 MODIFY a VARCHAR(50) CHARACTER SET utf8mb4;  -- 9.7: inplace
ALTER TABLE u3 MODIFY a VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;  -- 9.7: inplace
ALTER TABLE u3 MODIFY k VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;  -- 9.7: copy
ALTER TABLE u3 MODIFY a VARCHAR(63) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;  -- 9.7: inplace
ALTER TABLE u3 MODIFY a VARCHAR(70) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;  -- 9.7: copy
ALTER TABLE u3 MODIFY a VARCHAR(50) COLLATE utf8mb3_bin;  -- 9.7: inplace
ALTER TABLE u3 MODIFY b TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;  -- 9.7: inplace
ALTER TABLE u3 MODIFY c CHAR(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;  -- 9.7: inplace
ALTER TABLE u3 MODIFY e ENUM('x') CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;  -- 9.7: instant
ALTER TABLE u3 MODIFY c CHAR(6);  -- 9.7: copy
ALTER TABLE u3 CONVERT TO CHARACTER SET utf8mb4;  -- 9.7: copy
ALTER TABLE asc1 MODIFY a VARCHAR(50) CHARACTER SET latin1;  -- 9.7: copy
ALTER TABLE asc1 MODIFY a VARCHAR(50) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;  -- 9.7: copy
ALTER TABLE asc1 MODIFY b TEXT CHARACTER SET utf8mb4;  -- 9.7: copy
ALTER TABLE asc1 MODIFY c CHAR(5) CHARACTER SET latin1;  -- 9.7: copy
ALTER TABLE par RENAME COLUMN id TO key_id;  -- 9.7: inplace
ALTER TABLE par ADD x INT;  -- 9.7: instant
ALTER TABLE par MODIFY id BIGINT NOT NULL;  -- 9.7: refused 3780
ALTER TABLE chi ADD x INT;  -- 9.7: instant
ALTER TABLE chi MODIFY p INT NOT NULL;  -- 9.7: rewrite
ALTER TABLE chi MODIFY p BIGINT;  -- 9.7: refused 3780
ALTER TABLE chi DROP INDEX p;  -- 9.7: refused 1553
ALTER TABLE chi MODIFY p INT NULL FIRST;  -- 9.7: rewrite
ALTER TABLE chi FORCE;  -- 9.7: rewrite
