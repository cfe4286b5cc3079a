import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import {
  artifactService,
  type ArtifactService,
  type ArtifactStep,
  type Fault,
} from '../support/artifact-service.ts';
import { databaseInputs, testDatabase, type TestDatabase } from '../support/database.ts';
import { changesets, project } from '../support/deploy.ts';
import { runAction, type ActionOptions, type ActionResult } from '../support/runner.ts';

const PASSPHRASE = 'correct horse battery staple';
const SECRET_NAME = 'Ada Lovelace of Ockham Park';

const good = { id: '1', sql: 'CREATE TABLE extra (id INT PRIMARY KEY);' };
const failing = {
  id: '1',
  sql: 'CREATE TABLE extra (id INT PRIMARY KEY);\nUPDATE customers SET name = NULL WHERE id = 1;\nCREATE TABLE b (id NO_SUCH_TYPE);',
};

async function shop(): Promise<TestDatabase> {
  const db = await testDatabase();
  await db.query(`CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(50));
    INSERT INTO customers VALUES (1, '${SECRET_NAME}')`);
  return db;
}

function run(
  mode: 'update' | 'rollback',
  db: TestDatabase,
  service: ArtifactService,
  inputs: Readonly<Record<string, string>> = {},
  more: Partial<ActionOptions> & { readonly workflowRun?: string } = {},
): Promise<ActionResult> {
  const { workflowRun = '8841', ...options } = more;
  return runAction({
    workspace: project(changesets(good)),
    secrets: [db.password],
    path: [db.binDir],
    env: service.environment(workflowRun),
    github: { api_url: service.url, run_id: workflowRun },
    ...options,
    inputs: {
      ...{ mode, environment: 'dev', 'mysql-client': 'path', 'backup-passphrase': PASSPHRASE },
      ...databaseInputs(db),
      ...inputs,
    },
  });
}

test('a failed update is brought back to the backup that it kept as an artifact', async () => {
  const [db, service] = [await shop(), await artifactService()];
  const before = await db.dump();
  const result = await run('update', db, service, {}, { workspace: project(changesets(failing)) });
  expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'restored', restored: 'true' } });
  expect(await db.dump()).toBe(before);
  const [artifact, ...others] = service.artifacts;
  expect(others).toEqual([]);
  expect(artifact?.name).toMatch(/^test\w+-\d{8}T\d{6}Z-[\w-]+\.sql\.zst\.enc$/);
  const sha256 = result.outputs['backup-sha256'] ?? '';
  expect(artifact?.digest).toBe(`sha256:${sha256}`);
  expect(result.outputs['backup-ref']).toBe(`artifact:8841/${artifact?.id}#sha256=${sha256}`);
  const days = (Date.parse(artifact?.expiresAt ?? '') - Date.now()) / 86_400_000;
  expect(Math.round(days)).toBe(30);
  for (const secret of [SECRET_NAME, PASSPHRASE, db.password, 'CREATE TABLE'])
    expect(artifact?.body.includes(secret)).toBe(false);
  expect(result.log).not.toContain('Uploaded bytes');
});

test.each(['8841', '8842'])('a backup of run 8841 is rolled back to from run %s', async (workflowRun) => {
  const [db, service] = [await shop(), await artifactService()];
  const before = await db.dump();
  const updated = await run('update', db, service);
  expect(updated.outputs).toMatchObject({ result: 'ok' });
  expect(await db.dump()).not.toBe(before);
  const ref = updated.outputs['backup-ref'] ?? '';
  const result = await run('rollback', db, service, { 'backup-ref': ref }, { workflowRun });
  expect(result).toMatchObject({ exitCode: 0, outputs: { result: 'ok', restored: 'true' } });
  expect(await db.dump()).toBe(before);
  expect(service.artifacts).toHaveLength(2);
  const asked = service.requests.filter((request) => request.startsWith('/repos/'));
  expect(asked).toHaveLength(workflowRun === '8841' ? 0 : 1);
});

test('a backup is rehearsed on a throwaway server that knows nothing of the one it is of', async () => {
  const [db, service] = [await shop(), await artifactService()];
  const ref = (await run('update', db, service)).outputs['backup-ref'] ?? '';
  const other = await testDatabase({ server: 'without-gtids' });
  await other.query(`CREATE DATABASE ${db.name}`);
  try {
    const there = databaseInputs({ ...other, name: db.name });
    const inputs = { ...there, 'backup-ref': ref, 'dry-run': 'true', environment: 'rehearsal' };
    const result = await run('rollback', db, service, inputs, { workflowRun: '8842' });
    expect(result).toMatchObject({ exitCode: 0, outputs: { result: 'ok', restored: 'false' } });
    expect(result.log).toContain('the backup can be restored');
    expect(await other.query(`SHOW TABLES FROM ${db.name} LIKE 'customers'`)).toEqual([]);
    expect(await other.query(`SHOW DATABASES LIKE '${db.name}\\_\\_%'`)).toEqual([]);
  } finally {
    await other.query(`DROP DATABASE ${db.name}`);
  }
});

test('a token without actions: read is told what the job needs, and nothing is restored', async () => {
  const [db, service] = [await shop(), await artifactService()];
  const ref = (await run('update', db, service)).outputs['backup-ref'] ?? '';
  const deployed = await db.dump();
  service.requireToken('another');
  const result = await run('rollback', db, service, { 'backup-ref': ref }, { workflowRun: '8842' });
  expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'blocked' } });
  expect(result.log).toContain('actions: read');
  expect(await db.dump()).toBe(deployed);
});

test('other bytes than those of the reference are noticed before anything is touched', async () => {
  const [db, service] = [await shop(), await artifactService()];
  const ref = (await run('update', db, service)).outputs['backup-ref'] ?? '';
  const deployed = await db.dump();
  service.fail('download', 'change');
  const result = await run('rollback', db, service, { 'backup-ref': ref });
  expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'blocked' } });
  expect(result.log).toContain('other bytes than those of the reference');
  expect(await db.dump()).toBe(deployed);
});

test('a download that hangs ends at backup-timeout, and nothing is restored', async () => {
  const [db, service] = [await shop(), await artifactService()];
  const ref = (await run('update', db, service)).outputs['backup-ref'] ?? '';
  const deployed = await db.dump();
  service.fail('download', 'hang');
  const result = await run('rollback', db, service, { 'backup-ref': ref, 'backup-timeout': '4' });
  expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'blocked' } });
  expect(result.log).toContain('was not fetched within');
  expect(await db.dump()).toBe(deployed);
});

test('a download that is dropped in the middle ends at backup-timeout at the latest, and nothing is restored', async () => {
  const [db, service] = [await shop(), await artifactService()];
  const ref = (await run('update', db, service)).outputs['backup-ref'] ?? '';
  const deployed = await db.dump();
  service.fail('download', 'drop');
  const result = await run('rollback', db, service, { 'backup-ref': ref, 'backup-timeout': '6' });
  expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'blocked', restored: 'false' } });
  expect(result.summary).toContain('nothing was changed');
  expect(await db.dump()).toBe(deployed);
});

test.each(['8841', '8842'])(
  'an artifact that expired is said to be gone, in run %s as well',
  async (workflowRun) => {
    const [db, service] = [await shop(), await artifactService()];
    const ref = (await run('update', db, service)).outputs['backup-ref'] ?? '';
    const deployed = await db.dump();
    service.expireAll();
    const result = await run('rollback', db, service, { 'backup-ref': ref }, { workflowRun });
    expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'blocked' } });
    expect(result.summary).toMatch(/artifact:8841\/\d+ cannot be fetched/);
    expect(result.summary).toContain('expired');
    expect(await db.dump()).toBe(deployed);
  },
);

const broken: readonly (readonly [string, ArtifactStep, Fault, string])[] = [
  ['refuses the artifact', 'CreateArtifact', 403, '403'],
  ['is out of order', 'CreateArtifact', 500, 'did not end within'],
  ['does not answer', 'CreateArtifact', 'hang', 'did not end within'],
  ['takes no bytes and says nothing', 'upload', 403, 'RestError 403'],
  ['hangs in the middle of the bytes', 'upload', 'hang', 'did not end within'],
  ['drops the connection in the middle of the bytes', 'upload', 'drop', 'nothing was changed'],
  ['reports another digest', 'ListArtifacts', 'change', 'the service reports sha256:000'],
];

test.each(broken)(
  'a service that %s stops the update before its first change',
  async (_, step, fault, said) => {
    const [db, service] = [await shop(), await artifactService()];
    const before = await db.dump();
    service.fail(step, fault);
    const started = Date.now();
    const result = await run('update', db, service, { 'backup-timeout': '6', 'log-format': 'json' });
    expect(result).toMatchObject({ exitCode: 1, outputs: { result: 'failed', 'applied-count': '0' } });
    expect(result.summary).toContain(said);
    expect(result.summary).toContain('nothing was changed');
    expect(await db.dump()).toBe(before);
    for (const line of result.rawStdout.trim().split('\n'))
      expect(() => JSON.parse(line) as unknown).not.toThrow();
    // The process does not wait for what was given up.
    expect(Date.now() - started).toBeLessThan(20_000);
  },
);

test('data that is worth anything does not leave the runner without a passphrase', async () => {
  const [db, service] = [await shop(), await artifactService()];
  const plain = { 'backup-passphrase': '', 'allow-plaintext-backup': 'true' };
  const missing = await run('update', db, service, { 'backup-passphrase': '' });
  expect(missing.outputs).toMatchObject({ result: 'blocked' });
  expect(missing.log).toContain('input backup-passphrase: is required by backup-store: artifact');
  const open = await run('update', db, service, plain, { event: { repository: { private: false } } });
  expect(open.outputs).toMatchObject({ result: 'blocked' });
  expect(open.log).toContain('the repository is public');
  expect(service.requests).toEqual([]);
  const closed = await run('update', db, service, plain, { event: { repository: { private: true } } });
  expect(closed.outputs).toMatchObject({ result: 'ok' });
  expect(service.artifacts[0]?.name).toMatch(/\.sql\.zst$/);
});

test('no file of the backup is left on the runner', async () => {
  const [db, service] = [await shop(), await artifactService()];
  const workspace = project(changesets(failing));
  const result = await run('update', db, service, {}, { workspace });
  const temporary = join(result.outputs['report-file'] ?? '', '..');
  expect(readdirSync(temporary).filter((name) => name.startsWith('db-deploy-artifact'))).toEqual([]);
});
