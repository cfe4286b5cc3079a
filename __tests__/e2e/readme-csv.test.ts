import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { testDatabase } from '../support/database.ts';
import { project } from '../support/deploy.ts';
import { databaseEnvironment, runTerminal } from '../support/terminal.ts';

const root = join(import.meta.dirname, '../..');
const PREFIX = 'npx --package=github:org/db-deploy#v1 db-deploy ';

/** The commands of a part of the README, in their order. */
function commandsOf(heading: string): readonly (readonly string[])[] {
  const [, rest = ''] = readFileSync(join(root, 'README.md'), 'utf8').split(`## ${heading}\n`);
  const part = rest.split(/^## /m)[0] ?? '';
  const lines = [...part.matchAll(/^```sh\n([^]*?)^```/gm)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  );
  return lines.map((line) => {
    if (!line.startsWith(PREFIX)) throw new Error(`the README has another command: ${line}`);
    return line.slice(PREFIX.length).split(' ');
  });
}

const INVOICES = `Rechnung;Betrag;Datum
R-1;1250,50;31.01.2026
R-2;;28.02.2026
`;

test('every command of the part of the README on an own CSV file works, in its order', async () => {
  const db = await testDatabase();
  const folder = project({ 'data/raw/invoices.csv': INVOICES });
  const commands = commandsOf('Bring a CSV file of your own');
  expect(commands.map(([name]) => name)).toEqual(['scaffold', 'validate', 'update', 'pipeline']);
  const env = {
    ...databaseEnvironment(db),
    PATH: `${db.binDir}:${process.env['PATH'] ?? ''}`,
    XDG_STATE_HOME: folder,
  };
  for (const args of commands) {
    const { exitCode, stdout, stderr } = await runTerminal(args, { cwd: folder, env });
    expect({ args, exitCode, said: exitCode === 0 ? '' : stdout + stderr }).toEqual({
      args,
      exitCode: 0,
      said: '',
    });
  }
  expect(
    await db.query('SELECT Rechnung, Betrag, CAST(Datum AS CHAR) AS Datum FROM stg_invoices ORDER BY 1'),
  ).toEqual([
    { Rechnung: 'R-1', Betrag: '1250.50', Datum: '2026-01-31' },
    { Rechnung: 'R-2', Betrag: null, Datum: '2026-02-28' },
  ]);
});

test('wrong usage of scaffold is said, and nothing is written without --write', async () => {
  const folder = project({ 'a.csv': 'id,b\n1,2\n' });
  const shown = await runTerminal(['scaffold', 'a.csv'], { cwd: folder });
  expect(shown.stdout).toContain('CREATE TABLE `stg_a`');
  expect(shown.stderr).toContain('a.csv: read all 1 row; other rows may have other values');
  const again = await runTerminal(['scaffold', 'a.csv', `--working-directory=${folder}`], { cwd: root });
  expect(again.stdout).toBe(shown.stdout);
  const wrong = await runTerminal(['scaffold', '--wrote'], { cwd: folder });
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toContain('unknown flag --wrote');
  expect(wrong.stderr).toContain('no file is named');
  expect((await runTerminal(['scaffold', 'gone.csv'], { cwd: folder })).exitCode).toBe(1);
});
