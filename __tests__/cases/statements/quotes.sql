-- All three kinds of quotes, every way to escape one.
CREATE TABLE quotes (
  id INT PRIMARY KEY,
  v VARCHAR(200) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin
) COMMENT 'it''s; a "comment" with `ticks` -- and # and /* */';
INSERT INTO quotes VALUES (1, 'it''s;'), (2, 'it\'s;'), (3, "say ""hi"";"), (4, "say \"hi\";");
INSERT INTO quotes VALUES (5, 'back\\'), (6, 'back\\\''), (7, "\\"), (8, '\\\\'), (9, ''), (10, ''''), (11, '\'');
INSERT INTO quotes VALUES (12, '"'), (13, "'"), (14, '`;`'), (15, "`"), (16, """"), (17, '/*'), (18, '*/');
INSERT INTO quotes VALUES (19, '-- no comment;'), (20, '# neither;'), (21, "/*! nor this; */"), (22, 'DELIMITER //');
INSERT INTO quotes VALUES (23, 'adjacent ' 'strings; ' "join"), (24, 'a\nb\tc\0d\Z\%\_\x'), (25, N'national;'), (26, _utf8mb4'introduced;'), (27, _latin1 X'E9');
INSERT INTO quotes VALUES (28, 'a''''b'), (29, '''a'''), (30, "a""""b"), (31, '\\''\\'), (32, '$$;$$'), (33, "don't; stop");
