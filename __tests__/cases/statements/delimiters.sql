-- DELIMITER in all its shapes.
CREATE TABLE d (id INT PRIMARY KEY, v VARCHAR(100));
	DELIMITER //   ignored words
INSERT INTO d VALUES (1, 'a;b') // INSERT INTO d VALUES (2, ';')//

DELIMITER $$
INSERT INTO d VALUES (3, '$$')$$INSERT INTO d VALUES (4, "$$;$$")$$
DeLiMiTeR END
INSERT INTO d VALUES (5, 'end')END
DELIMITER '!!'
INSERT INTO d VALUES (6, '!!') !!
DELIMITER --
INSERT INTO d VALUES (7, '--')--
DELIMITER ;
INSERT INTO d VALUES (8, 'over
DELIMITER //
lines;
');
INSERT INTO d VALUES (9, 'x')
/*
DELIMITER //
*/
;;; ;
;
INSERT INTO d VALUES (10, 'DELIMITER ;;'), (11, '
delimiter ;;
');
