import { textOf } from '../binlog/column-value.ts';
import { readRowChanges, type RowsEvent } from '../binlog/rows-event.ts';
import { send, type Session } from '../session/connection.ts';
import { weightKey, type TableShape, type TextKey } from './own-writes.ts';

const AT_ONCE = 500;

interface Unknown {
  readonly shape: TableShape;
  readonly key: string;
  readonly text: Buffer;
  readonly as: TextKey;
}

/** Asks the server what the text in the keys of these rows is to its collation: two spellings may be one key. */
export async function readKeyWeights(
  session: Session,
  shapes: ReadonlyMap<string, TableShape>,
  rows: readonly RowsEvent[],
): Promise<void> {
  const unknown = new Map<string, Unknown>();
  for (const event of rows) {
    const shape = shapes.get(event.map.table);
    if (!shape || shape.textKeys.size === 0) continue;
    for (const { before, after } of readRowChanges(event)) {
      for (const image of [before, after]) {
        for (const [index, as] of shape.textKeys) {
          const value = image?.[index];
          if (!value) continue;
          const key = weightKey(index, value.toString('latin1'));
          if (shape.weights.has(key)) continue;
          unknown.set(`${event.map.table} ${key}`, {
            shape,
            key,
            as,
            text: textOf(event.map.columns[index]!, value),
          });
        }
      }
    }
  }
  const all = [...unknown.values()];
  for (let at = 0; at < all.length; at += AT_ONCE) await readSome(session, all.slice(at, at + AT_ONCE));
}

async function readSome(session: Session, some: readonly Unknown[]): Promise<void> {
  const list = some.map(({ text, as }, index) => `${weightOf(text, as)} AS w${index}`);
  const [row] = (await send(session, `SELECT ${list.join(', ')}`)) as unknown as Readonly<
    Record<string, string>
  >[];
  for (const [index, { shape, key }] of some.entries()) shape.weights.set(key, row?.[`w${index}`] ?? '');
}

function weightOf(text: Buffer, { characterSet, collation, pads, prefix }: TextKey): string {
  const whole = `CONVERT(x'${text.toString('hex')}' USING ${characterSet}) COLLATE ${collation}`;
  const part = prefix === undefined ? whole : `LEFT(${whole}, ${prefix})`;
  return `HEX(WEIGHT_STRING(${pads === 'PAD SPACE' ? `TRIM(TRAILING ' ' FROM ${part})` : part}))`;
}
