import type { Connection, RowDataPacket } from 'mysql2/promise';
import type { ValueType } from './value-types.ts';

/** What the server made of the values of one column when its type changed. */
export interface TypeChangeResult {
  /** Values that it refused, with the number of the error. */
  readonly refused: readonly (readonly [value: string, error: number])[];
  /** Values that are another after the change and back again, or that cannot come back: what was and what became of it. */
  readonly lost: readonly (readonly [before: string, after: string])[];
  /** Values that come back, but that are written another way. */
  readonly shown: readonly (readonly [before: string, after: string])[];
  readonly kept: number;
}

interface Row extends RowDataPacket {
  readonly id: number;
  readonly text: string;
  readonly hex: string;
}

const SELECT = 'SELECT id, LEFT(CAST(c AS CHAR), 60) AS text, HEX(c) AS hex FROM v ORDER BY id';

/** Changes a column from one type to another over the values of the first, then back. */
export async function probeTypeChange(
  connection: Connection,
  from: ValueType,
  to: string,
): Promise<TypeChangeResult> {
  await connection.query('DROP TEMPORARY TABLE IF EXISTS v');
  await connection.query(`CREATE TEMPORARY TABLE v (id INT NOT NULL PRIMARY KEY, c ${from.type} NULL)`);
  const rows = from.values.map((value, at) => `(${at + 1}, ${value})`);
  await connection.query(`INSERT INTO v VALUES ${rows.join(', ')}`);
  const [before] = await connection.query<Row[]>(SELECT);
  const refused = await alterWithout(connection, to, before);
  const [during] = await connection.query<Row[]>(SELECT);
  await alterWithout(connection, from.type, during);
  const [after] = await connection.query<Row[]>(SELECT);
  const isBack = (row: Row): boolean =>
    after.some(({ id, hex, text }) => id === row.id && hex === row.hex && text === row.text);
  const pairs = before.flatMap((row): readonly (readonly [Row, Row])[] => {
    const now = during.find(({ id }) => id === row.id);
    return now ? [[row, now]] : [];
  });
  const lost = pairs.filter(([row]) => !isBack(row));
  const shown = pairs.filter(([row, now]) => isBack(row) && row.text !== now.text);
  const texts = (list: readonly (readonly [Row, Row])[]): readonly (readonly [string, string])[] =>
    list.map(([row, now]) => [row.text, now.text]);
  return {
    refused,
    lost: texts(lost),
    shown: texts(shown),
    kept: pairs.length - lost.length - shown.length,
  };
}

/** Leaves out the rows that the server refuses, one after the other. */
async function alterWithout(
  connection: Connection,
  type: string,
  rows: readonly Row[],
): Promise<readonly (readonly [string, number])[]> {
  const refused: (readonly [string, number])[] = [];
  for (;;) {
    try {
      await connection.query(`ALTER TABLE v MODIFY c ${type} NULL`);
      return refused;
    } catch (error) {
      const { errno = 0, message } = error as { errno?: number; message: string };
      const [left] = await connection.query<Row[]>(SELECT);
      // "at row 3" counts the rows that are there.
      const at = Number(/at row (\d+)/.exec(message)?.[1] ?? 1);
      const row = left[at - 1];
      if (!row) {
        refused.push(['*', errno]);
        return refused;
      }
      refused.push([rows.find(({ id }) => id === row.id)?.text ?? '', errno]);
      await connection.query('DELETE FROM v WHERE id = ?', [row.id]);
    }
  }
}
