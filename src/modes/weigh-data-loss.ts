import type { BackupFacts } from '../backup/backup.ts';
import { ExpectedError } from '../errors.ts';
import type { BackupInputs } from '../inputs.ts';
import { findClientTools } from '../mysql/client-tools.ts';
import { countForeignWrites, type ForeignWrites } from '../mysql/restore/foreign-writes.ts';
import { readOwnConnections } from '../mysql/runs.ts';
import { count } from '../report/wording.ts';
import { tell } from './draft.ts';
import type { WritingRun } from './update-run.ts';

/**
 * Says what a restore would undo of what others wrote since the backup, and gives up where `on-data-loss: stop` asks for
 * that. What cannot be known counts as a loss. Gives the number of their transactions, where it can be known.
 */
export async function weighDataLoss(
  run: WritingRun,
  backup: Pick<BackupInputs, 'client' | 'toolEnvironment'>,
  facts: BackupFacts,
): Promise<number | undefined> {
  const { inputs, draft, log } = run;
  const writes = await countWrites(run, backup, facts);
  const message = describeWrites(writes);
  const isLossless = writes.kind === 'known' && writes.transactions === 0;
  log({ level: isLossless ? 'info' : 'warning', event: 'data-loss', message });
  if (isLossless) return 0;
  if (inputs.onDataLoss === 'stop') {
    throw new ExpectedError({
      code: 'data-loss',
      message: `${message}; nothing was restored`,
      fix: 'look at these writes; if they may be undone, run with on-data-loss: restore',
    });
  }
  tell(draft, { warnings: [...draft.report.warnings, { code: 'data-loss', message }] });
  return writes.kind === 'known' ? writes.transactions : undefined;
}

async function countWrites(
  { inputs, session, server }: WritingRun,
  backup: Pick<BackupInputs, 'client' | 'toolEnvironment'>,
  facts: BackupFacts,
): Promise<ForeignWrites> {
  try {
    const tools = await findClientTools({
      choice: backup.client,
      serverVersion: server.version,
      environment: backup.toolEnvironment,
      needed: ['mysqlbinlog'],
    });
    return await countForeignWrites(session, facts, {
      tools,
      database: inputs.database,
      temporaryFolder: inputs.run.temporaryFolder,
      ownConnectionIds: [session.id, ...(await readOwnConnections(session, facts.createdAt))],
    });
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return { kind: 'unknown', why: error.message };
  }
}

function describeWrites(writes: ForeignWrites): string {
  if (writes.kind === 'unknown') {
    return `whether others wrote since the backup cannot be known (${writes.why}); what they wrote is undone by a restore`;
  }
  const { transactions, tables, definitions } = writes;
  if (transactions === 0) return '0 writes of others since the backup';
  const where = tables.length === 0 ? '' : ` on ${tables.slice(0, 10).join(', ')}`;
  const ddl = definitions.length === 0 ? '' : `, among them ${definitions.slice(0, 3).join('; ')}`;
  return `${count(transactions, 'transaction')} of others since the backup${where}${ddl}, undone by a restore`;
}
