import type { TestDatabase } from './database.ts';

/** One statement a packet, as `update` sends them; what needs a server without sql_require_primary_key comes apart. */
const STATEMENTS: readonly string[] = [
  // Foreign keys in a circle, on a column that another table's generated column feeds.
  'CREATE TABLE author (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(90) NOT NULL, best_book INT NULL) AUTO_INCREMENT = 41',
  `CREATE TABLE book (id INT AUTO_INCREMENT PRIMARY KEY, author_id INT NOT NULL, title VARCHAR(200) NOT NULL,
    price DECIMAL(20, 4) NOT NULL DEFAULT 1.5, gross DECIMAL(22, 4) AS (price * 1.19) STORED,
    short_title VARCHAR(20) AS (LEFT(title, 20)) VIRTUAL, secret INT INVISIBLE DEFAULT 7,
    note VARCHAR(90) DEFAULT (CONCAT('a', '\n', 'CREATE TABLE \`no\` (')) COMMENT 'line\nCREATE TABLE \`no\` (',
    CONSTRAINT positive CHECK (price > 0), CONSTRAINT off CHECK (price < 9) NOT ENFORCED,
    KEY short (short_title), KEY hidden (price) INVISIBLE, KEY functional ((LOWER(title))), FULLTEXT KEY words (title),
    CONSTRAINT by_author FOREIGN KEY (author_id) REFERENCES author (id) ON DELETE CASCADE) COMMENT 'it''s "quoted"; \\\\'`,
  'ALTER TABLE author ADD CONSTRAINT best FOREIGN KEY (best_book) REFERENCES book (id) ON DELETE SET NULL',
  `CREATE TABLE place (id INT PRIMARY KEY, spot POINT NOT NULL SRID 4326, SPATIAL KEY spots (spot))`,
  `CREATE TABLE anything (id INT PRIMARY KEY, bytes LONGBLOB, words LONGTEXT, doc JSON, bits BIT(9), fixed BINARY(4),
    day DATE, at DATETIME(6), stamp TIMESTAMP(3) NULL, span TIME(2), y YEAR, f FLOAT, d DOUBLE, big BIGINT UNSIGNED,
    kind ENUM('a', 'b''c'), many SET('x', 'y'), old VARCHAR(20) CHARACTER SET latin1 COLLATE latin1_german2_ci)`,
  `CREATE TABLE measured (id INT, taken DATE, PRIMARY KEY (id, taken)) PARTITION BY RANGE (YEAR(taken))
    SUBPARTITION BY HASH (id) SUBPARTITIONS 2
    (PARTITION early VALUES LESS THAN (2020), PARTITION late VALUES LESS THAN MAXVALUE)`,
  'CREATE TABLE `select` (`from` INT PRIMARY KEY, `a``b` INT, `with blank` INT, `日本` VARCHAR(9)) ROW_FORMAT = COMPRESSED',
  'CREATE TABLE `dots.and "quotes" ``日本` (id INT PRIMARY KEY)',
  'CREATE TABLE `-leading` (id INT PRIMARY KEY)',
  'CREATE TABLE changed (id INT AUTO_INCREMENT PRIMARY KEY, what VARCHAR(200))',
  // Views: on views, before what they stand on by name, with either security.
  'CREATE VIEW z_books AS SELECT b.id, b.title, a.name FROM book b JOIN author a ON a.id = b.author_id',
  `CREATE SQL SECURITY INVOKER VIEW a_titles AS SELECT title, 'CREATE TABLE \`no\` (
CREATE TABLE \`no\` (' AS trap FROM z_books WHERE id > 0 WITH CASCADED CHECK OPTION`.replace(
    ' WITH CASCADED CHECK OPTION',
    '',
  ),
  'CREATE ALGORITHM = MERGE VIEW `view ``1` AS SELECT * FROM a_titles',
  'CREATE VIEW cheap AS SELECT id, price FROM book WHERE price < 5 WITH LOCAL CHECK OPTION',
  // Routines whose bodies look like parts of a dump.
  `CREATE PROCEDURE fill(IN n INT, OUT done INT) MODIFIES SQL DATA COMMENT 'x;;'
BEGIN
  -- DELIMITER ;
  /* CREATE TABLE \`no\` (
CREATE TABLE \`no\` (
  */
  INSERT INTO changed (what) VALUES ('proc;;
DELIMITER ;
CREATE VIEW');
  SET done = n;
END`,
  'CREATE FUNCTION twice(n INT) RETURNS INT DETERMINISTIC NO SQL RETURN n * 2',
  'CREATE TRIGGER book_insert BEFORE INSERT ON book FOR EACH ROW SET NEW.price = NEW.price + 0',
  `CREATE TRIGGER book_first BEFORE INSERT ON book FOR EACH ROW PRECEDES book_insert
BEGIN
  INSERT INTO changed (what) VALUES (CONCAT('insert ', NEW.title, ';;'));
END`,
  'CREATE TRIGGER book_gone AFTER DELETE ON book FOR EACH ROW INSERT INTO changed (what) VALUES (OLD.title)',
  `CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' ON COMPLETION PRESERVE DISABLE
    COMMENT 'never' DO BEGIN DELETE FROM changed WHERE id < 0; END`,
  `INSERT INTO author (name) VALUES ('Ödön 😀 von Horváth'), ('O''Brien \\\\ "x"')`,
  `INSERT INTO book (author_id, title, secret) VALUES (41, 'Jugend ohne Gott', 8), (42, 'At Swim-Two-Birds', 9)`,
  'UPDATE author SET best_book = (SELECT MAX(id) FROM book)',
  `INSERT INTO place VALUES (1, ST_SRID(POINT(1.5, 2.5), 4326))`,
  `INSERT INTO measured VALUES (1, '2019-01-01'), (2, '2026-02-28')`,
  `INSERT INTO \`select\` VALUES (1, 2, 3, '日本')`,
];

const ZERO_DATES = [
  `SET sql_mode = ''`,
  `INSERT INTO anything (id, day, at, stamp, y) VALUES (3, '0000-00-00', '2026-00-31', '0000-00-00', 0)`,
  'SET sql_mode = DEFAULT',
];

/** Fills a database with one of each thing that a schema can have. */
export async function createEverything(db: TestDatabase): Promise<void> {
  const connection = await db.connect();
  for (const sql of STATEMENTS) await connection.query(sql);
  await connection.query(`SET sql_mode = 'ANSI_QUOTES'`);
  await connection.query(`CREATE PROCEDURE "ansi""quoted"() SELECT "id" FROM "author"`);
  await connection.query('SET sql_mode = DEFAULT');
  const bytes = Buffer.from(Array.from({ length: 1024 }, (_, index) => index % 256));
  const doc = JSON.stringify({ a: [1, 2.5, null, '😀 \u0001 "\\'], b: { c: true } });
  await connection.query(
    `INSERT INTO anything VALUES (1, ?, ?, ?, b'101010101', ?, '2026-02-28', '2026-02-28 23:59:59.123456',
      '2026-02-28 23:59:59.123', '-838:59:59', 2026, 1.5, -2.5e300, 18446744073709551615, 'b''c', 'x,y', 'Größe')`,
    [bytes, 'text 😀\n\0\r\t\u001A\\\'"', doc, Buffer.from([0, 1, 0xfe, 0xff])],
  );
  await connection.query('INSERT INTO anything (id) VALUES (2)');
  for (const sql of ZERO_DATES) await connection.query(sql);
}
