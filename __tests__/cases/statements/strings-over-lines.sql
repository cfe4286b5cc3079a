CREATE TABLE s (id INT PRIMARY KEY, v TEXT);
INSERT INTO s VALUES (1, 'first;
-- not a comment
# not a comment either
/* nor this;
*/ it''s
  indented;
'), (2, "second;

'with' \"quotes\"
"), (3, '
');
INSERT INTO s VALUES (4, 'ends in a backslash\\
'), (5, '	tab;');
