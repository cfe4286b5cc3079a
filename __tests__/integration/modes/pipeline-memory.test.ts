import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { measure } from '../../../scripts/bench/measure.ts';
import { testDatabase, type TestDatabase } from '../../support/database.ts';
import { writeFiles } from '../../support/deploy.ts';
import { deployedShop } from '../../support/shop.ts';

const root = resolve(import.meta.dirname, '../../..');
const MEBIBYTE = 1024 * 1024;
/** How often a field of 15 MiB may be in memory beside what a run needs anyway; it was fourteen times. */
const MOST = 8 * 15 * MEBIBYTE;

/** The peak of a process of its own that loads one file. */
async function peakOf(db: TestDatabase, folder: string, note: string): Promise<number> {
  await db.query(
    'DROP TABLE IF EXISTS stg_notes; CREATE TABLE stg_notes (id BIGINT PRIMARY KEY, note LONGTEXT)',
  );
  writeFiles(folder, {
    'data/raw/notes.csv': `id,note\n1,${note}\n2,short\n`,
    'data/notes.yml': `datasets:
  - { name: notes, files: data/raw/notes.csv, table: stg_notes, key: id, columns: { id: { type: bigint, required: true }, note: { type: string } } }
`,
  });
  const { host, port, user, password, name } = db;
  const { peakMemory } = await measure({
    program: process.execPath,
    args: [
      ...['--no-warnings', join(root, 'src/index.ts'), 'pipeline'],
      ...['--working-directory', folder, '--pipeline-file', 'data/notes.yml'],
    ],
    env: { DB_HOST: host, DB_PORT: String(port), DB_USER: user, DB_PASSWORD: password, DB_NAME: name },
  });
  const rows = await db.query('SELECT id, LENGTH(note) AS length FROM stg_notes ORDER BY id');
  expect(rows).toEqual([
    { id: 1, length: note.replaceAll('"', '').length },
    { id: 2, length: 5 },
  ]);
  return peakMemory;
}

test.each([
  ['plain', 'x'.repeat(15 * MEBIBYTE)],
  ['quoted', `"${'x,'.repeat(7.5 * MEBIBYTE)}"`],
])(
  'a %s field of 15 MiB is in memory a few times and no more',
  async (_, field) => {
    const db = await testDatabase();
    const folder = await deployedShop(db);
    const small = await peakOf(db, folder, 'short');
    // Only Linux tells.
    if (small === 0) return;
    const large = await peakOf(db, folder, field);
    expect(large - small).toBeLessThan(MOST);
  },
  120_000,
);
