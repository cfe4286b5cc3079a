#!/usr/bin/env bash
# MySQL 8.0.15: `MODIFY id INT AUTO_INCREMENT` over a primary key that has a row with 0 gives that row another number,
# without an error, a warning or a note, in strict mode too. Rows of other tables that refer to 0 are left without
# their parent. With NO_AUTO_VALUE_ON_ZERO the value stays. The same on 9.7.4.
#
# Output seen:
#   MySQL 8.0.15, 0 warnings: 0,7 became 1,7
#   MySQL 8.0.15 with NO_AUTO_VALUE_ON_ZERO, 0 warnings: 0,7 became 0,7
. "$(dirname "$0")/support/start-mysql.sh"

cat > "$work/probe.mjs" <<'JS'
import mysql from 'mysql2/promise';
const connection = await mysql.createConnection({ socketPath: process.argv[2], user: 'root' });
await connection.query('CREATE DATABASE test_it');
await connection.query('USE test_it');
const ids = async () => (await connection.query('SELECT id FROM t ORDER BY id'))[0].map(({ id }) => id).join(',');
const [[{ version }]] = await connection.query("SELECT SUBSTRING_INDEX(VERSION(), '-', 1) AS version");
for (const mode of ['', 'NO_AUTO_VALUE_ON_ZERO']) {
  await connection.query('DROP TABLE IF EXISTS t');
  await connection.query('CREATE TABLE t (id INT PRIMARY KEY)');
  await connection.query('INSERT INTO t VALUES (0), (7)');
  await connection.query(`SET sql_mode = 'STRICT_ALL_TABLES${mode && `,${mode}`}'`);
  const before = await ids();
  const [{ warningStatus }] = await connection.query('ALTER TABLE t MODIFY id INT AUTO_INCREMENT');
  console.log(`MySQL ${version}${mode && ` with ${mode}`}, ${warningStatus} warnings: ${before} became ${await ids()}`);
}
await connection.end();
JS
(cd "$work" && node probe.mjs "$socket") | tee "$work/seen"
diff - "$work/seen" <<'SEEN'
MySQL 8.0.15, 0 warnings: 0,7 became 1,7
MySQL 8.0.15 with NO_AUTO_VALUE_ON_ZERO, 0 warnings: 0,7 became 0,7
SEEN
