import { expect, test } from '@jest/globals';
import { fetchBackup } from '../../../src/modes/backup/backup-stores.ts';

const store = { store: { kind: 'folder', folder: '/tmp' }, timeout: 5 } as const;

test.each([
  `file:/b/app.sql.zst#sha256=${'0'.repeat(63)}`,
  `file:/b/app.sql.zst#sha256=${'g'.repeat(64)}`,
  'file:/b/app.sql.zst#sha256=',
  `file:/b/app.sql.zst#sha256:${'0'.repeat(64)}`,
  `artifact:1/2#sha256=${'0'.repeat(65)}`,
])('a malformed digest is called that: %s', async (ref) => {
  await expect(fetchBackup(ref, store, undefined)).rejects.toThrow(/the digest in backup-ref is malformed/);
});

test('a reference without a digest is looked for', async () => {
  const found = await fetchBackup('file:/no/such/#sha1.zst', store, undefined);
  expect(found).toEqual({ path: '/no/such/#sha1.zst', sha256: undefined });
});
