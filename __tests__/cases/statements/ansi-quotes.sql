SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ANSI_QUOTES';
CREATE TABLE "an;si" ("id" INT PRIMARY KEY, "it's" VARCHAR(20), "say ""hi""" INT);
INSERT INTO "an;si" ("id", "it's", "say ""hi""") VALUES (1, 'a"b;', 2);
UPDATE "an;si" SET "it's" = 'x;''' WHERE "say ""hi""" = 2;
SET sql_mode = DEFAULT;
INSERT INTO `an;si` VALUES (2, "c;d", 3);
