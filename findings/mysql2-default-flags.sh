#!/usr/bin/env bash
# mysql2 3.24.6 asks a server for more than the `mysql` client does, and SQL can see it:
# - CLIENT_FOUND_ROWS: ROW_COUNT() after an UPDATE counts the rows that it found, not those that it changed. A migration
#   that writes ROW_COUNT() into a table gives another result than the same file in the client.
# - CLIENT_IGNORE_SPACE: the session's sql_mode has IGNORE_SPACE, and a routine that is created keeps it for ever.
# Both go away with `flags: ['-FOUND_ROWS', '-IGNORE_SPACE']`. Seen with MySQL 8.0.15 and 9.7.4.
#
# Output seen:
#   driver's own flags: ROW_COUNT() 1, routine has IGNORE_SPACE
#   without the two: ROW_COUNT() 0, routine has not
. "$(dirname "$0")/support/start-mysql.sh"

cat > "$work/probe.mjs" <<'JS'
import mysql from 'mysql2/promise';
const probe = async (title, flags, name) => {
  const connection = await mysql.createConnection({ socketPath: process.argv[2], user: 'root', database: 'test_it', flags });
  await connection.query('UPDATE t SET n = n WHERE id = 1');
  const [[{ changed }]] = await connection.query('SELECT ROW_COUNT() AS changed');
  await connection.query(`CREATE PROCEDURE ${name}() SELECT 1`);
  const [[{ mode }]] = await connection.query(
    `SELECT SQL_MODE AS mode FROM information_schema.ROUTINES WHERE ROUTINE_NAME = '${name}'`,
  );
  await connection.end();
  const has = mode.includes('IGNORE_SPACE') ? 'routine has IGNORE_SPACE' : 'routine has not';
  return `${title}: ROW_COUNT() ${changed}, ${has}`;
};
const root = await mysql.createConnection({ socketPath: process.argv[2], user: 'root', multipleStatements: true });
await root.query('CREATE DATABASE test_it; USE test_it; CREATE TABLE t (id INT PRIMARY KEY, n INT); INSERT INTO t VALUES (1, 1)');
await root.end();
console.log(await probe("driver's own flags", [], 'p1'));
console.log(await probe('without the two', ['-FOUND_ROWS', '-IGNORE_SPACE'], 'p2'));
JS
(cd "$work" && node probe.mjs "$socket") | tee "$work/seen"
diff - "$work/seen" <<'SEEN'
driver's own flags: ROW_COUNT() 1, routine has IGNORE_SPACE
without the two: ROW_COUNT() 0, routine has not
SEEN
