import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ExpectedError } from '../src/errors.ts';
import { parseFolderRef } from '../src/files/backup/backup-folder.ts';
import { openBackup } from '../src/files/backup/open-backup.ts';

const USAGE = `Writes the SQL of a backup to standard output, after every byte of it was checked.

  BACKUP_PASSPHRASE=… node scripts/open-backup.ts <file, or file:… reference> > dump.sql

What is known of the backup goes to standard error. The format is in docs/backup-format.md.
`;

async function main(given: string | undefined): Promise<void> {
  if (given === undefined || given === '--help') {
    process.stderr.write(USAGE);
    process.exitCode = given === undefined ? 2 : 0;
    return;
  }
  const ref = parseFolderRef(given) ?? { path: resolve(given), sha256: undefined };
  const passphrase = process.env['BACKUP_PASSPHRASE'] || undefined;
  try {
    const backup = await openBackup({ ...ref, passphrase, schema: undefined });
    const { objects, ...facts } = backup.facts;
    process.stderr.write(`${JSON.stringify({ ...facts, objects: objects.length }, undefined, 2)}\n`);
    await pipeline(backup.sql(), process.stdout);
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    for (const { message, fix } of error.problems) process.stderr.write(`${message}\nfix: ${fix ?? ''}\n`);
    process.exitCode = 1;
  }
}

await main(process.argv[2]);
