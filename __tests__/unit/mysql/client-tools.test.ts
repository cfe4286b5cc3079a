import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from '@jest/globals';

const folder = mkdtempSync(join(tmpdir(), 'db-deploy-handles-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function askWithHandles(limit: number): Promise<string> {
  const docker = join(folder, 'docker');
  writeFileSync(docker, "#!/bin/sh\necho 'mysqldump  Ver 9.7.0 for Linux'\n");
  chmodSync(docker, 0o755);
  const script = join(import.meta.dirname, '../../support/exhaust-handles.ts');
  const command = `ulimit -n ${limit}; exec "$0" --no-warnings "$1" "$2"`;
  const { stdout } = await promisify(execFile)('sh', ['-c', command, process.execPath, script, folder]);
  return stdout;
}

test('a runner that is out of file handles is not called a fault of Docker', async () => {
  const said = await askWithHandles(128);
  expect(said).toContain('this machine can start no program');
  expect(said).toContain('file handles');
  expect(said).not.toMatch(/docker/i);
});
