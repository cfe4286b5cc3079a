import type { CharacterSet } from '../../pipeline/rows/judge-value.ts';
import { readRow, type Session } from '../session/connection.ts';

/** Holds every character, so nothing has to be asked. */
const WHOLE = 'utf8mb4';
const [FIRST_SURROGATE, AFTER_SURROGATES, END_OF_PLANE] = [0xd800, 0xe000, 0x10000];
const BEYOND = '\u{1f600}';

/**
 * Asks the server which characters its character sets hold: each is sent there and back, and what comes back as another
 * one is lacking. So a text that a column would change is known before it is sent.
 */
export async function readCharacterSets(
  session: Session,
  names: readonly (string | null)[],
): Promise<ReadonlyMap<string, CharacterSet>> {
  const sets = new Map<string, CharacterSet>();
  for (const name of new Set(names)) {
    if (name !== null && name !== WHOLE && /^\w+$/.test(name)) sets.set(name, await ask(session, name));
  }
  return sets;
}

async function ask(session: Session, name: string): Promise<CharacterSet> {
  const held = new Uint8Array(END_OF_PLANE);
  const plane = [...range(1, FIRST_SURROGATE), ...range(AFTER_SURROGATES, END_OF_PLANE)];
  // In parts, so that none of them is longer than a packet may be.
  for (let at = 0; at < plane.length; at += PART) {
    const part = plane.slice(at, at + PART);
    const back = await thereAndBack(session, name, String.fromCharCode(...part));
    for (const [index, code] of part.entries()) if (back.charCodeAt(index) === code) held[code] = 1;
  }
  const holdsBeyond = (await thereAndBack(session, name, BEYOND)) === BEYOND;
  const { most } = await readRow<{ most: number }>(session, SELECT_MOST, [name]);
  const bytes = byteCounter(name, most);
  return { name, bytesOf: (text) => (holdsAll(text, held, holdsBeyond) ? bytes(text) : undefined) };
}

const PART = 8192;
const SELECT_MOST =
  'SELECT MAXLEN AS most FROM information_schema.CHARACTER_SETS WHERE CHARACTER_SET_NAME = ?';

function range(from: number, to: number): readonly number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

async function thereAndBack(session: Session, name: string, text: string): Promise<string> {
  // As bytes: a text that is bound would be refused where it does not fit.
  const sent = 'CONVERT(UNHEX(?) USING utf8mb4)';
  const sql = `SELECT CONVERT(CONVERT(${sent} USING ${name}) USING utf8mb4) AS back`;
  return (await readRow<{ back: string }>(session, sql, [Buffer.from(text).toString('hex')])).back;
}

function holdsAll(text: string, held: Uint8Array, holdsBeyond: boolean): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code >= FIRST_SURROGATE && code < AFTER_SURROGATES ? !holdsBeyond : held[code] === 0) return false;
  }
  return true;
}

/** Bytes that a text takes; where its characters differ in that, the most that they may take. */
function byteCounter(name: string, most: number): (text: string) => number {
  if (name.startsWith('utf8')) return (text) => Buffer.byteLength(text);
  if (/^(?:utf16|utf16le|ucs2)$/.test(name)) return (text) => text.length * 2;
  return (text) => text.length * most;
}
