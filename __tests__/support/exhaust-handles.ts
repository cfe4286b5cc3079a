import { closeSync, openSync } from 'node:fs';
import { findClientTools } from '../../src/mysql/dump/client-tools.ts';

/** Uses up the file handles of this process, then looks for client tools, and prints what it was told. */
const open: number[] = [];
await findClientTools({ choice: 'docker', serverVersion: '9.7.0', environment: {} }).catch(() => undefined);
try {
  for (;;) open.push(openSync('/dev/null', 'r'));
} catch {
  // One for what Node itself needs; a program takes more.
  closeSync(open.pop()!);
}
const environment = { PATH: process.argv[2] ?? '' };
const answer = await findClientTools({ choice: 'docker', serverVersion: '9.7.0', environment }).then(
  ({ description }) => ({ message: description }),
  (error: unknown) => error as { readonly code?: string; readonly message: string },
);
for (const descriptor of open) closeSync(descriptor);
process.stdout.write(`${answer.message}\n`);
