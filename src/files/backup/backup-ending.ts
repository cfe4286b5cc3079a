import type { BackupFacts } from '../../backup/backup.ts';
import type { Body } from './backup-body.ts';
import { damaged, FRAME_HEAD, frameLength } from './backup-header.ts';
import type { Section } from './compress-sections.ts';
import { parseSections } from './read-sections.ts';

/** What stands behind the compressed SQL. */
export interface Ending {
  readonly facts: BackupFacts;
  /** Where the compressed SQL ends. */
  readonly sqlEnd: number;
  /** Undefined in the first format: all of it is one frame. */
  readonly sections: readonly Section[] | undefined;
}

/** Reads the end of a body: it says of itself how long it is. */
export async function readEnding(body: Body, what: string): Promise<Ending> {
  if (body.plainBytes < 4) throw damaged(what, 'it is cut off');
  const tail = await readAll(body.read(body.plainBytes - 4, body.plainBytes));
  if (tail.length < 4) throw damaged(what, 'it is cut off');
  const length = tail.readUInt32LE(0);
  const sqlEnd = body.plainBytes - 4 - length - FRAME_HEAD;
  if (sqlEnd < 0) throw damaged(what, 'its facts are missing');
  const frame = await readAll(body.read(sqlEnd, body.plainBytes));
  const ending = parseEnding(frame.toString('utf8', FRAME_HEAD, frame.length - 4), sqlEnd);
  if (frameLength(frame) !== length + 4 || !ending) throw damaged(what, 'its facts cannot be read');
  return { ...ending, sqlEnd };
}

async function readAll(bytes: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of bytes) parts.push(part);
  return Buffer.concat(parts);
}

function parseEnding(text: string, sqlEnd: number): Omit<Ending, 'sqlEnd'> | undefined {
  try {
    const { sections: listed, ...facts } = JSON.parse(text) as BackupFacts & { sections?: unknown };
    const sections = listed === undefined ? undefined : parseSections(listed, sqlEnd);
    const isWhole =
      facts.formatVersion === 1 && Array.isArray(facts.objects) && typeof facts.before === 'object';
    return isWhole && (listed === undefined || sections) ? { facts, sections } : undefined;
  } catch {
    return undefined;
  }
}
