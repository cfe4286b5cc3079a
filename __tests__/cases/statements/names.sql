-- Names with everything in them.
CREATE TABLE `a;b` (`id` INT PRIMARY KEY, `c``d` INT, `e'f` INT, `g"h` INT, `i -- j` INT, `k # l` INT, `m /* n` INT, `o\p` INT, `\` INT);
INSERT INTO `a;b` VALUES (1, 2, 3, 4, 5, 6, 7, 8, 9);
UPDATE `a;b` SET `c``d` = `e'f` + `g"h`, `\` = `o\p` WHERE `i -- j` = 5;
CREATE TABLE `Größe 測試` (`id` INT PRIMARY KEY, `naïve` VARCHAR(20), größe INT, 名前 VARCHAR(20));
INSERT INTO `Größe 測試` (id, naïve, größe, 名前) VALUES (1, 'ü;🚀', 2, '値;');
CREATE TABLE 1st_table (id INT PRIMARY KEY, 2nd INT, 3e INT, 0xg INT, 4$ INT, a$b INT, _x INT);
INSERT INTO 1st_table (id, 2nd, 3e, 0xg, 4$, a$b, _x) VALUES (1, 2, 3, 4, 5, 6, 7);
UPDATE 1st_table SET 2nd = 1st_table.3e + 1st_table.2nd WHERE 1st_table.0xg = 4;
CREATE TABLE `select` (`from` INT PRIMARY KEY, `delimiter` INT, delimiter2 INT);
INSERT INTO `select` (`from`,
delimiter, delimiter2) VALUES (1, 2, 3);
UPDATE `select` SET
delimiter = 5 WHERE `from` = 1;
CREATE VIEW `v;iew` AS SELECT `from` AS `a;a`,
delimiter AS `b``b` FROM `select`;
