import type { BackupStore, FetchedBackup } from '../../backup/backup-store.ts';
import { ExpectedError } from '../../errors.ts';
import { folderStore } from '../../files/backup/folder-store.ts';
import type { BackupInputs } from '../../inputs/inputs.ts';
import { formatDuration } from '../../report/wording.ts';

/** The store that this run keeps its backups in; artifacts are there only inside a workflow. */
export function storeOf(
  backup: Pick<BackupInputs, 'store'>,
  artifacts: BackupStore | undefined,
): BackupStore {
  switch (backup.store.kind) {
    case 'folder':
      return folderStore(backup.store.folder);
    case 'artifact':
      return artifacts ?? noArtifacts();
  }
}

/** Finds a backup by its reference, whichever store this run keeps its own in. */
export async function fetchBackup(
  ref: string,
  { store, timeout }: Pick<BackupInputs, 'store' | 'timeout'>,
  artifacts: BackupStore | undefined,
): Promise<FetchedBackup> {
  requireDigest(ref);
  const deadline = AbortSignal.timeout(timeout * 1000);
  const folder = store.kind === 'folder' ? store.folder : '';
  try {
    const found = (await folderStore(folder).fetch(ref, deadline)) ?? (await artifacts?.fetch(ref, deadline));
    return found ?? noBackup(ref, artifacts);
  } catch (error) {
    if (!deadline.aborted) throw error;
    throw new ExpectedError({
      code: 'backup-unavailable',
      message: `${ref} was not fetched within ${formatDuration(timeout * 1000)}; nothing was changed`,
      fix: 'raise backup-timeout, or try again when the service answers',
    });
  }
}

function noArtifacts(): never {
  throw new ExpectedError({
    code: 'invalid-input',
    message: 'there are no artifacts outside of a workflow run',
    fix: 'use backup-store: file:<folder>',
  });
}

const LOOKS_LIKE_DIGEST = /#sha-?256\b(?<rest>.*)$/i;
const DIGEST = /^=[0-9a-f]{64}$/i;

/** A digest with a typing error would be taken for a part of the file's name. */
function requireDigest(ref: string): void {
  const rest = LOOKS_LIKE_DIGEST.exec(ref)?.groups?.['rest'];
  if (rest === undefined || DIGEST.test(rest)) return;
  const digest = rest.replace(/^=/, '');
  throw new ExpectedError({
    code: 'invalid-input',
    message: `the digest in backup-ref is malformed: ${JSON.stringify(digest)} has ${digest.length} characters and is not 64 hexadecimal digits`,
    fix: 'copy the whole output backup-ref of the update; it ends in #sha256= and 64 hexadecimal digits',
  });
}

function noBackup(ref: string, artifacts: BackupStore | undefined): never {
  throw new ExpectedError({
    code: 'invalid-input',
    message: artifacts
      ? `backup-ref ${JSON.stringify(ref)} is no reference to a backup`
      : `backup-ref ${JSON.stringify(ref)} is no backup in a folder`,
    fix: 'use the output backup-ref of the update: file:<path>#sha256=<digest>, or in a workflow artifact:<run>/<id>#sha256=<digest>',
  });
}
