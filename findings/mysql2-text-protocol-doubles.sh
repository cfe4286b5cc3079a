#!/usr/bin/env bash
# mysql2 3.24.6 parses a DOUBLE of the text protocol by itself and is off by the last digit for some values: `query`
# gives another number than `execute`, which takes the eight bytes of the binary protocol. The server's text is right.
# Comparing rows or metrics that were read with `query` finds differences that are not there. Seen with MySQL 8.0.15 and
# 9.7.4. `typeCast: (field, next) => field.type === 'DOUBLE' ? Number(field.string()) : next()` reads it right.
#
# Output seen:
#   94405.28571428571: text 94405.28571428572, binary 94405.28571428571, own 94405.28571428571
. "$(dirname "$0")/support/start-mysql.sh"

cat > "$work/probe.mjs" <<'JS'
import mysql from 'mysql2/promise';
const connection = await mysql.createConnection({ socketPath: process.argv[2], user: 'root' });
const sql = 'SELECT 94405.28571428571e0 AS d, CONCAT(94405.28571428571e0) AS t';
const [[text]] = await connection.query(sql);
const [[binary]] = await connection.execute(sql);
const [[own]] = await connection.query({
  sql,
  typeCast: (field, next) => (field.type === 'DOUBLE' ? Number(field.string()) : next()),
});
console.log(`${text.t}: text ${text.d}, binary ${binary.d}, own ${own.d}`);
await connection.end();
JS
(cd "$work" && node probe.mjs "$socket") | tee "$work/seen"
diff - "$work/seen" <<'SEEN'
94405.28571428571: text 94405.28571428572, binary 94405.28571428571, own 94405.28571428571
SEEN
