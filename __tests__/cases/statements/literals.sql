-- Numbers, bits, dates, variables, accounts and operators.
CREATE TABLE l (id INT AUTO_INCREMENT PRIMARY KEY, v VARBINARY(100), n DECIMAL(30,10), d DATETIME);
INSERT INTO l (v, n) VALUES (X'3B27', 1.5), (x'3b', .5), (0x3B2D2D, 5.), (b'00111011', 1e3), (B'1', 1.5E-3), (0b111011, -.5e+2), (0xAbCd, +1);
INSERT INTO l (v, n) VALUES ('a' 'b', 1<2), ('c', 1<=>NULL), ('d', !0), ('e', 1<<3|2&~1), ('f', 7%4), ('g', 7 DIV 2), ('h', 2^3), ('i', 1!=2), ('j', 1<>1), ('k', 3>>1), ('l', (1||0)&&1);
INSERT INTO l (d) VALUES (DATE'2024-02-29'), (TIMESTAMP'2024-02-29 12:00:00'), ({ts '2024-02-29 13:00:00'}), ({d'2024-03-01'});
SET @a := 1, @`b;c` = 2, @'d;e' = 3, @"f;g" = 4, @h.i = 5, @$j = 6;
INSERT INTO l (n) VALUES (@a + @`b;c` + @'d;e' + @"f;g" + @h.i + @$j), (@a:=@a+1), (@@session.autocommit), (@@`autocommit`);
INSERT INTO l (n) SELECT l.id*l.id FROM l WHERE l.id BETWEEN 1 AND 2 ORDER BY -l.id;
INSERT INTO l (v) VALUES (NULL), (TRUE), (false), (REPEAT('x;', 3)), (CONCAT_WS(';', 'a', 'b'));
CREATE DEFINER=root@localhost SQL SECURITY INVOKER VIEW lv AS SELECT id FROM l;
CREATE DEFINER=`root`@`localhost` PROCEDURE lp() COMMENT 'a;b' SELECT 1;
