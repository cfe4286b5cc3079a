import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { databaseInputs, testDatabase, type TestDatabase } from '../support/database.ts';
import { changesets, project } from '../support/deploy.ts';
import { dropBeside } from '../support/restore.ts';
import { runAction } from '../support/runner.ts';

const PASSPHRASE = 'correct horse battery staple';
const SQL = `CREATE TABLE extra (id INT PRIMARY KEY);
SELECT nothing;`;

/** Stand-ins that write down what anybody on the machine can read of the process, then become the real tool. */
function watchedTools({ binDir }: TestDatabase, folder: string): string {
  const bin = join(folder, 'bin');
  mkdirSync(bin);
  for (const tool of ['mysqldump', 'mysqlbinlog', 'mysql']) {
    const seen = join(folder, `seen-${tool}`);
    const script = `#!/bin/sh\ncat /proc/$$/cmdline /proc/$$/environ >> '${seen}'\nexec '${join(binDir, tool)}' "$@"\n`;
    writeFileSync(join(bin, tool), script);
    chmodSync(join(bin, tool), 0o755);
  }
  return bin;
}

test.each(['best', 'in-place'])(
  'no secret is in the arguments or the environment of a child, in log, summary, outputs or files (%s)',
  async (guarantee) => {
    const db = await testDatabase({ server: 'without-gtids' });
    await db.query('CREATE TABLE t (id INT PRIMARY KEY); INSERT INTO t VALUES (1)');
    const account = await db.userWith('ALL', 'ALL ON *.*');
    const workspace = project(changesets({ id: '1', sql: SQL }));
    const bin = watchedTools(db, workspace);
    const token = 'ghs_0123456789abcdefghijklmnopqrstuvwxyz';
    const result = await runAction({
      workspace,
      path: [bin],
      inputs: {
        ...{ mode: 'update', environment: 'dev', 'mysql-client': 'path', 'github-token': token },
        ...{ 'backup-store': `file:${join(workspace, 'backups')}`, 'restore-guarantee': guarantee },
        ...{ 'backup-passphrase': PASSPHRASE, ...databaseInputs(account) },
      },
    });
    await dropBeside(db);
    expect(result.outputs['result']).toBe('restored');
    const seen = readdirSync(workspace).filter((name) => name.startsWith('seen-'));
    // No other client is used: SQL and the binary log go over our own connections.
    expect(seen.toSorted()).toEqual(['seen-mysqldump']);
    const places = [
      ...seen.map((name) => [name, readFileSync(join(workspace, name), 'latin1')] as const),
      ...readdirSync(join(workspace, 'backups')).map(
        (name) => [name, readFileSync(join(workspace, 'backups', name), 'latin1')] as const,
      ),
      ['summary', result.summary] as const,
      ['outputs', JSON.stringify(result.outputs)] as const,
      ['report', readFileSync(result.outputs['report-file'] ?? '', 'utf8')] as const,
      // The runner masks what it is told to in what it prints; this is what it was given.
      ['log', withoutMasks(result.rawStdout)] as const,
    ];
    for (const [where, text] of places) {
      expect(text.length).toBeGreaterThan(0);
      for (const secret of [account.password, PASSPHRASE, token])
        expect({ where, hasSecret: text.includes(secret) }).toEqual({ where, hasSecret: false });
    }
  },
);

function withoutMasks(stdout: string): string {
  return stdout.replaceAll(/^::add-mask::.*$/gm, '');
}
