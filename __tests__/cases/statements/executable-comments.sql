-- Executable comments are code, in all versions and shapes.
/*!40101 SET NAMES utf8mb4 */;
/*!80000 CREATE TABLE exec_a (id INT PRIMARY KEY, v VARCHAR(50)) */;
CREATE TABLE exec_b (id INT PRIMARY KEY, v INT /*!80000 NOT NULL */ /*! DEFAULT 7 */) /*!80000 COMMENT 'it''s; here' */ ENGINE=InnoDB /*!99999 NOT HERE */;
INSERT /*! INTO */ exec_a /*!80000 VALUES */ (1, 'a;b' /* comment; */), (2, /*!80000 'new' */ /*!99999 , 3 */);
INSERT INTO exec_a VALUES (3, /*!80000
  'over; lines'
*/);
INSERT INTO exec_b (id) VALUES (1) /*!, (2) */ /*!80000, (3)*/;
/*!80000 INSERT INTO exec_b VALUES (4, 4) */;
/*!80000INSERT INTO exec_b VALUES (5, 5)*/;
/*!080000 INSERT INTO exec_b VALUES (6, 6)*/;
/*!50003 SET @saved = 1 */ ;
DELIMITER ;;
/*!50003 CREATE TRIGGER exec_t BEFORE INSERT ON exec_b FOR EACH ROW BEGIN
  SET NEW.v = NEW.v + 1; -- one;
END */;;
DELIMITER ;
INSERT INTO exec_b VALUES (10, 10);
