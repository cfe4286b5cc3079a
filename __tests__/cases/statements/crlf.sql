-- Line ends of Windows; outside of quoted text only.
# hash;
CREATE TABLE crlf (
  id INT PRIMARY KEY, -- it's; a key
  v VARCHAR(50)       # it's; a value
);

DELIMITER //
CREATE TRIGGER crlf_bi BEFORE INSERT ON crlf FOR EACH ROW BEGIN SET NEW.v = CONCAT(NEW.v, ';'); END//
DELIMITER ;

INSERT INTO crlf
VALUES (1, 'a;b'),
--
       (2, 'c');
INSERT INTO crlf VALUES (3, 5--1);
