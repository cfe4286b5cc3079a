import { pipeline, type Readable } from 'node:stream';
import { SectionWriter } from './section-writer.ts';

/** A piece of the SQL that is a zstd frame of its own. */
export interface Section {
  /** It holds rows of this table and nothing else; null where it has anything else in it. */
  readonly table: string | null;
  /** Compressed. */
  readonly bytes: number;
  readonly sqlBytes: number;
}

/** Compresses a dump into one zstd frame after the other, rows of large tables apart; gives the list of them at the end. */
export function compressSections(
  sql: Readable,
  onSections: (sections: readonly Section[]) => void,
): AsyncGenerator<Buffer, void> {
  const writer = new SectionWriter();
  // At once, before anybody asks: the key may not be made yet.
  if (sql.errored) writer.destroy(sql.errored);
  else pipeline(sql, writer, () => undefined);
  return compressed(writer, onSections);
}

async function* compressed(
  writer: SectionWriter,
  onSections: (sections: readonly Section[]) => void,
): AsyncGenerator<Buffer, void> {
  const sections: Section[] = [];
  try {
    for (;;) {
      const open = await writer.next();
      if (!open) break;
      let bytes = 0;
      for await (const part of open.zstd as AsyncIterable<Buffer>) {
        bytes += part.length;
        yield part;
      }
      sections.push({ table: open.table, bytes, sqlBytes: open.sqlBytes });
    }
  } finally {
    writer.destroy();
  }
  onSections(sections);
}
