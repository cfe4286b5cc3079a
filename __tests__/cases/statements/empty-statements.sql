;;
;
-- nothing;
;/* nothing */;
CREATE TABLE e (id INT PRIMARY KEY);;
;;INSERT INTO e VALUES (1);; ;INSERT INTO e VALUES (2)
;

;
