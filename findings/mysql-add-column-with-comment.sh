#!/usr/bin/env bash
# MySQL 8.0.15 adds a column in an instant, and changes a table's comment without touching its rows. One ALTER TABLE that
# does both rewrites the whole table: INNODB_TABLES has another TABLE_ID afterwards, and ALGORITHM=INSTANT is refused
# (1845). Two statements are instant; tools that join clauses to save statements make it worse. The same on 9.7.4.
#
# Output seen:
#   MySQL 8.0.15
#   add column: same table
#   comment: same table
#   both in one statement: rewritten
#   both with ALGORITHM=INSTANT: error 1845
. "$(dirname "$0")/support/start-mysql.sh"

cat > "$work/probe.mjs" <<'JS'
import mysql from 'mysql2/promise';
const connection = await mysql.createConnection({ socketPath: process.argv[2], user: 'root' });
await connection.query('CREATE DATABASE test_it');
await connection.query('USE test_it');
await connection.query('CREATE TABLE t (id INT PRIMARY KEY)');
await connection.query('INSERT INTO t VALUES (1), (2)');
const [[{ version }]] = await connection.query("SELECT SUBSTRING_INDEX(VERSION(), '-', 1) AS version");
console.log(`MySQL ${version}`);
const tableId = async () => {
  const [[row]] = await connection.query("SELECT TABLE_ID AS id FROM information_schema.INNODB_TABLES WHERE NAME = 'test_it/t'");
  return row.id;
};
const alter = async (title, clauses) => {
  const before = await tableId();
  const error = await connection.query(`ALTER TABLE t ${clauses}`).then(() => undefined, (each) => each);
  if (error) return console.log(`${title}: error ${error.errno}`);
  console.log(`${title}: ${(await tableId()) === before ? 'same table' : 'rewritten'}`);
};
await alter('add column', 'ADD COLUMN a INT');
await alter('comment', "COMMENT 'one'");
await alter('both in one statement', "ADD COLUMN b INT, COMMENT 'two'");
await alter('both with ALGORITHM=INSTANT', "ADD COLUMN c INT, COMMENT 'three', ALGORITHM=INSTANT");
await connection.end();
JS
(cd "$work" && node probe.mjs "$socket") | tee "$work/seen"
diff - "$work/seen" <<'SEEN'
MySQL 8.0.15
add column: same table
comment: same table
both in one statement: rewritten
both with ALGORITHM=INSTANT: error 1845
SEEN
