import { setTimeout as sleep } from 'node:timers/promises';
import type { BackupFacts, KeptBackup, LogPoint } from '../../backup/backup.ts';
import { ExpectedError, type Problem } from '../../errors.ts';
import { backupFileName, parseFolderRef } from '../../files/backup/backup-folder.ts';
import { newEncryption, type NewEncryption } from '../../files/backup/backup-header.ts';
import { openBackup } from '../../files/backup/open-backup.ts';
import { sealBackup } from '../../files/backup/seal-backup.ts';
import type { BackupInputs } from '../../inputs/inputs.ts';
import { readRow, type Session } from '../../mysql/session/connection.ts';
import { findClientTools } from '../../mysql/dump/client-tools.ts';
import { dumpExactly } from '../../mysql/dump/dump-exactly.ts';
import { dumpSchema, probeBackup, readLogPoint, type Dump, type DumpRequest } from '../../mysql/dump/dump.ts';
import { readTableForms, type TableForm } from '../../mysql/exact/table-form.ts';
import { readHistograms } from '../../mysql/definitions/histograms.ts';
import { rehearseDefinitions } from '../../mysql/rehearse/rehearse.ts';
import { readSchemaDigest } from '../../mysql/definitions/schema-digest.ts';
import { readCarried } from '../../mysql/tracking/unfinished.ts';
import { readSchemaParts } from '../../mysql/session/table-sizes.ts';
import type { ReportedBackup } from '../../report/report.ts';
import { formatDuration, formatSize } from '../../report/wording.ts';
import { fetchBackup, storeOf } from './backup-stores.ts';
import { updateReport } from '../run/draft.ts';
import { estimateRestore } from './estimate-restore.ts';
import { rehearseInPlace } from './rehearse-in-place.ts';
import { runId, type WritingRun } from '../run/update-run.ts';

/**
 * Takes a backup, keeps it and proves that it could be restored, all before the first change of a deploy. The session
 * that holds the deploy lock is idle meanwhile; its keep-alive keeps it.
 */
export async function takeBackup(
  run: WritingRun,
  backup: BackupInputs,
  /** Of a backup that is needed after this one: it is not removed, however old it is. */
  needed?: string,
): Promise<ReportedBackup> {
  const { log } = run;
  const startedAt = new Date().toISOString();
  const started = performance.now();
  const store = storeOf(backup, run.artifacts);
  log({ level: 'info', event: 'backup-started', message: `taking a backup into ${store.name}` });
  // Made on another core while the server is asked for what there is to dump.
  const encryption = backup.passphrase === undefined ? undefined : newEncryption(backup.passphrase);
  encryption?.catch(() => undefined);
  const kept = await withDeadline(run.interrupt, backup.timeout, (signal) =>
    dumpUnchanged(run, backup, encryption, signal),
  );
  const durationMs = Math.round(performance.now() - started);
  log({
    level: 'info',
    event: 'backup-taken',
    message: `backup of ${formatSize(kept.bytes)}: ${kept.ref}`,
    durationMs,
  });
  recordBackupExceptions(run, kept);
  const made = await encryption;
  if (made) run.keys.set(made.encryption.salt, made);
  await rehearse(run, backup, kept);
  await removeOld(run, backup, needed);
  const { ref, sha256, bytes } = kept;
  return { ref, sha256, bytes, retentionDays: backup.retentionDays, startedAt, durationMs };
}

/** Before the first change: what of the rows would not come back as it is. */
function recordBackupExceptions({ draft, log }: WritingRun, { facts }: KeptBackup): void {
  const warnings = (facts.rows?.exceptions ?? []).map(({ why }): Problem => {
    const message = `if this fails, a restore is exact except that ${why}`;
    log({ level: 'warning', event: 'not-exact', message });
    return { code: 'not-exact', message };
  });
  updateReport(draft, { warnings: [...draft.report.warnings, ...warnings] });
}

/** How long a restore of this backup may take, while what it was taken of is still there to be measured. */
export async function estimateOf(
  session: Session,
  { durationMs }: Pick<ReportedBackup, 'durationMs'>,
): Promise<number> {
  return estimateRestore(durationMs, await readSchemaParts(session));
}

/** Dump, compression and keeping share one deadline; when it passes, nothing was changed. */
async function withDeadline<T>(
  interrupt: AbortSignal,
  seconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = AbortSignal.timeout(seconds * 1000);
  try {
    return await work(AbortSignal.any([deadline, interrupt]));
  } catch (error) {
    if (interrupt.aborted) throw interrupted();
    if (!deadline.aborted) throw error;
    throw new ExpectedError({
      code: 'backup-failed',
      message: `the backup did not end within ${formatDuration(seconds * 1000)}; nothing was changed`,
      fix: 'raise backup-timeout',
    });
  }
}

function interrupted(): ExpectedError {
  return new ExpectedError({
    code: 'interrupted',
    message: 'the run was interrupted during the backup; nothing was changed',
    fix: 'run it again',
  });
}

const TRIES = 3;

/** A definition that changed while the dump ran may be in it by halves: then the dump is taken again. */
async function dumpUnchanged(
  run: WritingRun,
  backup: BackupInputs,
  encryption: Promise<NewEncryption> | undefined,
  signal: AbortSignal,
): Promise<KeptBackup> {
  for (let attempt = 1; ; attempt += 1) {
    const definitions = await readSchemaDigest(run.session);
    try {
      return await dumpAndKeep(run, backup, encryption, signal);
    } catch (error) {
      if (attempt === TRIES || signal.aborted || !(error instanceof ExpectedError)) throw error;
      if ((await readSchemaDigest(run.session)) === definitions) throw error;
      const message = 'definitions of the schema changed during the backup; taking it again';
      run.log({ level: 'info', event: 'backup-started', message });
    }
  }
}

function changedMeanwhile(): ExpectedError {
  return new ExpectedError({
    code: 'backup-failed',
    message: 'definitions of the schema changed while the backup was taken',
    fix: 'wait for whoever changes this schema, then run it again; nothing was changed',
  });
}

/** Numbers, dates and names in the statement of one row, at most. */
const ROW_REST_BYTES = 400_000;

/**
 * Rows whose text would not be exact are read as exact literals; where there are none, `mysqldump` reads them. In its
 * text a row may take twice its bytes, and what is longer than a packet cannot be loaded again.
 */
async function startDump({ session, server }: WritingRun, request: DumpRequest): Promise<Dump> {
  const forms = await readTableForms(session, session.schema);
  const { logBin, maxAllowedPacket } = server;
  const fits = ({ mostBytes }: TableForm): boolean => 2 * mostBytes + ROW_REST_BYTES < maxAllowedPacket;
  if ([...forms.values()].every((form) => form.isTextExact && fits(form))) return dumpSchema(request);
  return dumpExactly({ ...request, session, forms, log: logBin ? 'has-log' : 'no-log', maxAllowedPacket });
}

async function dumpAndKeep(
  run: WritingRun,
  backup: BackupInputs,
  encryption: Promise<NewEncryption> | undefined,
  signal: AbortSignal,
): Promise<KeptBackup> {
  const { inputs, session, server, draft, log } = run;
  const { schema } = session;
  const { temporaryFolder } = inputs.run;
  const tools = await findClientTools({
    choice: backup.client,
    serverVersion: server.version,
    environment: backup.toolEnvironment,
    signal,
  });
  const label = {
    schema,
    serverUuid: server.uuid,
    environment: inputs.environment,
    runId: runId(draft),
    createdAt: new Date().toISOString(),
  };
  const contents = await probeBackup(session, server);
  const definitions = await readSchemaDigest(session);
  const { serverTime } = await readRow<{ serverTime: number }>(
    session,
    'SELECT UNIX_TIMESTAMP() AS serverTime',
  );
  const histograms = await readHistograms(session);
  const unfinished = await readCarried(session);
  const before = await readLogPoint(session, server);
  const started = performance.now();
  const dump = await startDump(run, {
    tools,
    database: inputs.database,
    schema,
    contents,
    temporaryFolder,
    signal,
  });
  const after = readPointAfterSnapshot(run, dump);
  // Nobody waits for it when the dump fails.
  after.catch(() => undefined);
  const readFacts = async (): Promise<BackupFacts> => {
    const durationMs = Math.round(performance.now() - started);
    log({ level: 'debug', event: 'dump-ended', message: 'the dump is complete', durationMs });
    const { rows } = await dump.proof;
    if ((await readSchemaDigest(session)) !== definitions) throw changedMeanwhile();
    return {
      formatVersion: 1,
      ...label,
      serverVersion: server.version,
      characterSet: contents.characterSet,
      collation: contents.collation,
      before: dump.place ?? before,
      after: dump.place ?? (await after),
      objects: contents.objects,
      ties: contents.ties,
      brokenViews: contents.brokenViews.map(({ name }) => name),
      rows,
      histograms,
      serverTime,
      epoch: session.group.epoch,
      unfinished,
    };
  };
  const sealed = await sealBackup({ sql: dump.sql, label, encryption, readFacts });
  const name = backupFileName(label, backup.passphrase === undefined ? 'plain' : 'encrypted');
  const { retentionDays } = backup;
  return storeOf(backup, run.artifacts).keep({ fileName: name, sealed, retentionDays, signal });
}

/** A commit may be seen by a snapshot a moment before the server counts it among those that are executed. */
const COMMIT_MS = 500;

/** As early as it can be known what the dump has not: all that follows is replayed exactly by a lossless restore. */
async function readPointAfterSnapshot({ session, server }: WritingRun, dump: Dump): Promise<LogPoint> {
  await dump.snapshotTaken;
  await Promise.race([sleep(COMMIT_MS, undefined, { ref: false }), dump.proof.catch(() => undefined)]);
  return readLogPoint(session, server);
}

/** A backup that cannot be restored is none: what the server would refuse in it blocks the deploy. */
async function rehearse(run: WritingRun, backup: BackupInputs, kept: KeptBackup): Promise<void> {
  const started = performance.now();
  const opened = await openKept(run, backup, kept.ref, 'every-chunk');
  if (run.inputs.restoreGuarantee === 'in-place') return rehearseInPlace(run, opened);
  await rehearseDefinitions(run.session, opened.sql);
  const durationMs = Math.round(performance.now() - started);
  run.log({ level: 'debug', event: 'backup-rehearsed', message: 'the backup can be restored', durationMs });
}

/** Opens a kept backup after checking every byte of it; one that was just made is also decrypted to its end, as a proof. */
export async function openKept(
  run: Pick<WritingRun, 'session' | 'artifacts' | 'keys'>,
  backup: BackupInputs,
  ref: string,
  proof: 'every-chunk' | 'digest' = 'digest',
): ReturnType<typeof openBackup> {
  const { path, sha256 } = await fetchBackup(ref, backup, run.artifacts);
  const name = ref.replace(/^file:|#sha256=.*$/g, '');
  const { passphrase } = backup;
  const { schema } = run.session;
  return openBackup({ path, name, sha256, passphrase, keys: run.keys, proof, schema });
}

async function removeOld(run: WritingRun, backup: BackupInputs, needed: string | undefined): Promise<void> {
  const { inputs, session, log } = run;
  const removed = await storeOf(backup, run.artifacts).removeOld({
    schema: session.schema,
    environment: inputs.environment,
    days: backup.retentionDays,
    now: new Date(),
    spared: needed === undefined ? undefined : parseFolderRef(needed)?.path,
  });
  if (removed > 0) {
    log({
      level: 'info',
      event: 'backups-removed',
      message: `removed ${removed} backups that were too old`,
    });
  }
}
