/*!80000 DROP TABLE users */;  -- expect: drop-table
/*! DROP TABLE users */;  -- expect: drop-table
DROP /*!50000 TABLE */ users;  -- expect: drop-table
/*!50003 DROP */ /*! TABLE */ /*!80019 users */;  -- expect: drop-table
/*!80000 ALTER TABLE users */ /*!80000 DROP nick */;  -- expect: drop-column
/*!99999 DROP TABLE users */;  -- expect: drop-table
/*!080000 DELETE FROM users */;  -- expect: delete-without-where
DELETE FROM users /*!80000 WHERE id = 1 */;
DELETE FROM users /*!99999 WHERE id = 1 */;  -- expect: delete-without-where
DELETE FROM users /*!90000 WHERE id = 1 */;  -- expect: delete-without-where
DELETE FROM users WHERE id = 1 /*!80400 OR 1 */;  -- expect: delete-without-where
DELETE FROM users WHERE /*!80400 1 OR */ 1;  -- expect: delete-without-where
DROP /*!80400 TEMPORARY */ TABLE users;  -- expect: drop-table
UPDATE /*!99999 other. */ users SET a = 1 WHERE id = 1;  -- expect: other-schema
SET /*!80000 GLOBAL */ max_connections = 5;  -- expect: session-control
/*!50003 CREATE */ /*!50017 DEFINER=`a`@`%` */ /*!50003 TRIGGER t BEFORE INSERT ON users FOR EACH ROW DELETE FROM audit */;  -- expect: delete-without-where
/*!40101 SET NAMES utf8mb4 */;
/*!40014 SET @old = @@foreign_key_checks, foreign_key_checks = 0 */;  -- expect: unchecked-writes
/*!40000 ALTER TABLE users DISABLE KEYS */;
SELECT /*+ MAX_EXECUTION_TIME(1000) DROP TABLE users */ 1;
SELECT '/*! DROP TABLE users */', `/*! x */`;
INSERT INTO notes VALUES ('/*!80000 DROP TABLE users */');
/* !80000 DROP TABLE users */;
INSERT INTO users VALUES (1) /*!80000 , (GET_LOCK('a', 1)) */;  -- expect: session-control

DELIMITER //
/*!50003 CREATE PROCEDURE p ()
BEGIN
  DELETE FROM users; -- expect: delete-without-where
  /* DROP TABLE users; */ -- the comment ends the outer one on no server: it is read inside
END */ //
DELIMITER ;
