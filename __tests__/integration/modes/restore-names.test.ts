import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { startServer, type Server } from '../../../scripts/mysql/start-server.ts';
import { changesets, deploy, project, folderBackup } from '../../support/deploy.ts';

let server: Server;
let root: Connection;
beforeAll(async () => {
  server = await startServer({ trustFunctionCreators: true });
  const { host, port, user, password } = server;
  root = await createConnection({ host, port, user, password });
});
afterAll(async () => {
  root?.destroy();
  await server?.stop();
});

test.each(['größe', 'ผู้ใช้', 'ünï 表', 'back`tick', `it's "quoted"`, '表'.repeat(40), 'app->side'])(
  'a failed update of schema %j is restored, and what others wrote is kept',
  async (name) => {
    await root.query('CREATE DATABASE ??', [name]);
    await root.query('CREATE TABLE ??.??(id INT PRIMARY KEY, f FLOAT, n INT)', [name, 'größe']);
    await root.query('INSERT INTO ??.?? VALUES (1, 52.520008, 1), (2, 2, 2)', [name, 'größe']);
    const sql = `ALTER TABLE größe ADD COLUMN c INT;\nUPDATE größe SET n = 0 WHERE id = 1;\nINSERT INTO größe VALUES (1, 1, 1, 1);`;
    const folder = project(changesets({ id: '1', sql }));
    const backup = folderBackup(server, folder);
    let isWritten = false;
    const { report } = await deploy(
      'update',
      folder,
      { ...server, name },
      {
        backup,
        onEvent: ({ event }) => {
          if (event !== 'backup-taken' || isWritten) return;
          isWritten = true;
          void root.query('UPDATE ??.?? SET n = 22 WHERE id = 2', [name, 'größe']);
        },
      },
    );
    expect(report).toMatchObject({
      result: 'restored',
      guarantee: { kind: 'lossless' },
      restore: { keptTransactions: 1, undoneTransactions: 0 },
    });
    const [rows] = await root.query<RowDataPacket[]>(
      'SELECT id, CAST(f AS DOUBLE) AS f, n FROM ??.?? ORDER BY id',
      [name, 'größe'],
    );
    expect(rows).toEqual([
      { id: 1, f: Math.fround(52.520008), n: 1 },
      { id: 2, f: 2, n: 22 },
    ]);
  },
);
