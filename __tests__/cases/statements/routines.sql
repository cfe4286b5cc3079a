-- Routines, triggers and events, with several delimiters.
CREATE TABLE audit (id INT AUTO_INCREMENT PRIMARY KEY, note VARCHAR(200));
CREATE TABLE item (id INT PRIMARY KEY, v INT);
DELIMITER //
CREATE PROCEDURE add_item(IN p_id INT, IN p_v INT)
  COMMENT 'adds; one // item'
BEGIN
  -- a comment; it's with // in it
  DECLARE note VARCHAR(200) DEFAULT 'it''s; new // here';
  /* another; // */
  IF p_v > 0 THEN
    INSERT INTO item VALUES (p_id, p_v);
  ELSE
    INSERT INTO item VALUES (p_id, -p_v);
  END IF;
  INSERT INTO audit (note) VALUES (note);
END//
CREATE FUNCTION twice(x INT) RETURNS INT DETERMINISTIC NO SQL RETURN x * 2 //
DELIMITER $$
CREATE TRIGGER item_ai AFTER INSERT ON item FOR EACH ROW
BEGIN
  INSERT INTO audit (note) VALUES (CONCAT('item ', NEW.id, ';'));
END$$
CREATE TRIGGER item_au AFTER UPDATE ON item FOR EACH ROW
  INSERT INTO audit (note) VALUES ('$ updated; $')$$
DELIMITER |
CREATE FUNCTION classify(x INT) RETURNS VARCHAR(20) DETERMINISTIC NO SQL
BEGIN
  DECLARE r VARCHAR(20);
  CASE WHEN x < 0 THEN SET r = 'neg;'; WHEN x = 0 THEN SET r = 'zero;'; ELSE SET r = 'pos;'; END CASE;
  l: LOOP
    SET x = x - 1;
    IF x < 0 THEN LEAVE l; END IF;
  END LOOP l;
  RETURN r;
END|
DELIMITER go
CREATE PROCEDURE many() BEGIN DECLARE i INT DEFAULT 0; WHILE i < 3 DO CALL add_item(100 + i, i); SET i = i + 1; END WHILE; END go
DELIMITER ;;
CREATE EVENT far_away ON SCHEDULE AT '2037-12-31 23:59:59' ON COMPLETION PRESERVE DISABLE DO
BEGIN
  DELETE FROM audit WHERE id < 0;
  DELETE FROM item WHERE id < 0;
END;;
delimiter ;
CALL add_item(1, 5); CALL add_item(2, -6);
CALL many();
UPDATE item SET v = twice(v) WHERE id = 1;
INSERT INTO audit (note) SELECT classify(v) FROM item ORDER BY id;
