import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { KeptBackup } from '../../backup/backup.ts';
import type { BackupStore, FetchedBackup, KeepRequest } from '../../backup/backup-store.ts';
import { ExpectedError } from '../../errors.ts';
import { withArtifactClient } from './artifact-client.ts';
import { describeArtifactError } from './artifact-error.ts';
import { formatArtifactRef, parseArtifactRef, type ArtifactRef } from './artifact-ref.ts';

/** The workflow run that keeps and fetches artifacts. */
export interface ArtifactContext {
  /** `owner/name`. */
  readonly repository: string;
  readonly workflowRun: string;
  /** Needs `actions: read` for artifacts of other runs. */
  readonly token: string | undefined;
  readonly temporaryFolder: string;
  /** What an earlier process of the same job uploaded and left on this machine. */
  readonly here?: { readonly ref: string; readonly path: string } | undefined;
  readonly onKept?: (ref: string, path: string) => void;
}

/** A store with files of its own on this machine. */
export interface ArtifactStore extends BackupStore {
  readonly removeFiles: () => Promise<void>;
}

/**
 * Keeps backups as artifacts of the workflow run. The file that was uploaded stays on this machine until the run ends:
 * the restore after a failure then depends on nobody.
 */
export function artifactStore(context: ArtifactContext): ArtifactStore {
  const here = new Map<string, FetchedBackup>();
  const folders: string[] = [];
  if (context.here) {
    const { ref, path } = context.here;
    here.set(ref, { path, sha256: parseArtifactRef(ref)?.sha256 });
    folders.push(dirname(path));
  }
  const newFolder = async (): Promise<string> => {
    const folder = await mkdtemp(join(context.temporaryFolder, 'db-deploy-artifact-'));
    folders.push(folder);
    return folder;
  };
  return {
    name: `an artifact of run ${context.workflowRun}`,
    keep: async (request) => {
      const path = join(await newFolder(), request.fileName);
      const kept = await keep(context, path, request);
      here.set(kept.ref, { path, sha256: kept.sha256 });
      context.onKept?.(kept.ref, path);
      return kept;
    },
    fetch: async (text, signal) => {
      const ref = parseArtifactRef(text);
      if (!ref) return undefined;
      const found = here.get(text) ?? (await fetch(context, ref, await newFolder(), signal));
      here.set(text, found);
      return found;
    },
    // The service removes what has expired.
    removeOld: async () => 0,
    removeFiles: async () => {
      for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function keep(context: ArtifactContext, path: string, request: KeepRequest): Promise<KeptBackup> {
  const { sealed, fileName, retentionDays, signal } = request;
  await writeSealed(path, request);
  const { sha256, bytes, facts } = await sealed.summary;
  const what = `the backup cannot be kept as an artifact`;
  try {
    const { uploaded, reported } = await withArtifactClient(signal, async (client) => {
      // Raw: it is compressed already. Its name is then the name of the file.
      const options = { retentionDays, skipArchive: true };
      const answer = await client.uploadArtifact(fileName, [path], join(path, '..'), options);
      return { uploaded: answer, reported: (await client.getArtifact(fileName)).artifact };
    });
    const isSame =
      uploaded.digest === sha256 && reported.digest === `sha256:${sha256}` && reported.id === uploaded.id;
    if (!isSame) throw otherBytes(what, sha256, reported.digest);
    const ref = formatArtifactRef({ workflowRun: context.workflowRun, artifactId: reported.id, sha256 });
    return { ref, sha256, bytes, facts };
  } catch (error) {
    if (signal.aborted) throw error;
    throw describeArtifactError(error, 'keep', what);
  }
}

/** The client uploads files only; a file also gives the digest before anything leaves this machine. */
async function writeSealed(path: string, { sealed, signal }: KeepRequest): Promise<void> {
  try {
    await pipeline(sealed.bytes, createWriteStream(path, { flags: 'wx', mode: 0o600 }), { signal });
  } catch (error) {
    sealed.bytes.destroy();
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    // Errors of files have a system call; what the dump reports passes as it is.
    if (code === undefined || syscall === undefined) throw error;
    throw new ExpectedError({
      code: 'backup-failed',
      message: `the backup cannot be written before it is uploaded: ${message}`,
      fix: 'make room in the temporary folder of the runner, or use backup-store: file:<folder>; nothing was changed',
    });
  }
}

function otherBytes(what: string, sha256: string, reported: string | undefined): ExpectedError {
  return new ExpectedError({
    code: 'backup-failed',
    message: `${what}: the service reports ${reported ?? 'no digest'}, not sha256:${sha256}; nothing was changed`,
    fix: 'try again, or use backup-store: file:<folder>',
  });
}

async function fetch(
  context: ArtifactContext,
  ref: ArtifactRef,
  folder: string,
  signal: AbortSignal,
): Promise<FetchedBackup> {
  const what = `${formatArtifactRef({ ...ref, sha256: undefined })} cannot be fetched`;
  const { sha256 } = ref;
  const options = {
    path: folder,
    // Only bytes are wanted, whatever the service says they are.
    skipDecompress: true,
    ...(sha256 === undefined ? {} : { expectedHash: `sha256:${sha256}` }),
    ...findBy(context, ref, what),
  };
  try {
    const { digestMismatch } = await withArtifactClient(signal, (client) =>
      client.downloadArtifact(ref.artifactId, options),
    );
    const [name, ...others] = await readdir(folder);
    if (digestMismatch || name === undefined || others.length > 0) {
      throw new ExpectedError({
        code: 'backup-damaged',
        message: `${what}: the service gave other bytes than those of the reference; nothing was changed`,
        fix: 'try again; if it stays so, use another backup',
      });
    }
    return { path: join(folder, name), sha256 };
  } catch (error) {
    if (signal.aborted) throw error;
    throw describeArtifactError(error, 'fetch', what);
  }
}

type FindBy = Parameters<
  InstanceType<typeof import('@actions/artifact').DefaultArtifactClient>['downloadArtifact']
>[1];

/** Artifacts of other runs are found with the API and the token, those of this run with the runner's own. */
function findBy({ repository, workflowRun, token }: ArtifactContext, ref: ArtifactRef, what: string): FindBy {
  if (ref.workflowRun === workflowRun) return {};
  if (token === undefined) {
    throw new ExpectedError({
      code: 'backup-unavailable',
      message: `${what}: it is of another run, and there is no github-token`,
      fix: 'leave github-token at its default and give the job `permissions: actions: read`',
    });
  }
  const [repositoryOwner = '', repositoryName = ''] = repository.split('/');
  const workflowRunId = Number(ref.workflowRun);
  return { findBy: { token, workflowRunId, repositoryOwner, repositoryName } };
}
