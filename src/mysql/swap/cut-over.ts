import { NEVER_RESTORED } from '../../backup/backup.ts';
import {
  createStatements,
  dropStatement,
  RESET_CONTEXT,
  type Definition,
} from '../definitions/definition.ts';
import type { DefinitionScope } from '../definitions/definition-scope.ts';
import { qualified, quote, sideSchema, STATE_TABLE } from '../session/names.ts';
import { repointStatements, type OutsideKey } from '../definitions/outside-keys.ts';
import { planDefinitions } from '../definitions/plan-definitions.ts';
import { toBytes, type Bytes } from '../session/raw-session.ts';

/** What is live and what is to be live; all of it is read anew under the lock. */
export interface CutOver {
  readonly schema: string;
  /** Of the run that restores; the tables are not swapped after a newer one began. */
  readonly epoch: number;
  /** What the schema's defaults are now. */
  readonly liveCollation: string;
  /** What they were when the backup was made. */
  readonly characterSet: string;
  readonly collation: string;
  readonly aside: string;
  readonly liveTables: readonly string[];
  readonly live: readonly Definition[];
  readonly sideTables: readonly string[];
  readonly wanted: readonly Definition[];
  readonly outsideKeys: readonly OutsideKey[];
  readonly brokenViews: readonly string[];
  readonly definitionScope?: DefinitionScope | undefined;
  /** Triggers of our own that hold writers up until the tables are locked. */
  readonly barrier?: readonly string[];
}

/** Every table that the cut-over moves or corrects, and views that are in the way of one. */
export function lockStatement(cutOver: CutOver): Bytes {
  const { schema, liveTables, sideTables, outsideKeys } = cutOver;
  const side = sideSchema(schema);
  const names = new Set([
    ...moving(liveTables).map((table) => qualified(schema, table)),
    ...[...sideTables, STATE_TABLE].map((table) => qualified(side, table)),
    ...outsideKeys.map((key) => qualified(key.schema, key.table)),
    ...viewsInTheWay(cutOver).map(({ name }) => qualified(schema, name)),
  ]);
  // While it is locked nobody raises the epoch.
  const lockRow = `${qualified(schema, LOCK_TABLE)} READ`;
  return toBytes(`LOCK TABLES ${[...[...names].map((name) => `${name} WRITE`), lockRow].join(', ')}`);
}

/**
 * The whole cut-over as one packet, sent while the tables are locked. The server carries a packet out to its end even
 * if the client that sent it was killed, and stops at the first statement that fails; so from outside it is one step.
 */
export function cutOverPacket(cutOver: CutOver): Bytes {
  const { schema, collation, liveCollation, characterSet, live, wanted, outsideKeys, brokenViews } = cutOver;
  const plan = planDefinitions(
    withoutViewsInTheWay(cutOver),
    wanted,
    { name: schema, collation },
    brokenViews,
  );
  const [early, late] = triggersBy(cutOver);
  const statements = [
    epochFence(cutOver),
    RESET_CONTEXT,
    // A table with triggers cannot move to another schema.
    ...(cutOver.barrier ?? []).map((name) => dropStatement({ kind: 'trigger', name })),
    ...live.filter((each) => isMovingTrigger(each, cutOver)).map(dropStatement),
    renameStatement(cutOver),
    ...outsideKeys.flatMap(repointStatements),
    ...early.flatMap(createStatements),
    RESET_CONTEXT,
    'UNLOCK TABLES',
    ...(collation === liveCollation ? [] : [defaultsStatement(schema, characterSet, collation)]),
    // From here on writers go on; what follows is not possible under LOCK TABLES.
    ...late.flatMap((each) => [
      alter(schema, each.context.schemaCollation ?? collation),
      ...createStatements(each),
      alter(schema, collation),
    ]),
    ...plan.packets.flat(),
    RESET_CONTEXT,
  ];
  // A line feed first: a body may end in a `--` comment.
  return statements.join('\n;\n');
}

const LOCK_TABLE = 'DATABASECHANGELOGLOCK';

/** Fails, and the rest of the packet with it, where the epoch is not that of the run (error 1411). */
function epochFence({ schema, epoch }: CutOver): Bytes {
  const current = `(SELECT EPOCH FROM ${qualified(schema, LOCK_TABLE)} WHERE ID = 1)`;
  return toBytes(`DO UUID_TO_BIN(IF(${current} = ${epoch}, UUID(), 'db-deploy: a newer run began'))`);
}

function isMovingTrigger({ kind, table = '' }: Definition, { liveTables }: CutOver): boolean {
  return kind === 'trigger' && !NEVER_RESTORED.includes(table) && liveTables.includes(table);
}

/** A trigger that was made under another default collation of the schema needs ALTER DATABASE, so it comes late. */
function triggersBy({
  wanted,
  sideTables,
  collation,
  liveCollation,
}: CutOver): [readonly Definition[], readonly Definition[]] {
  const triggers = wanted.filter(({ kind, table = '' }) => kind === 'trigger' && sideTables.includes(table));
  const isLate = ({ context }: Definition): boolean =>
    (context.schemaCollation ?? collation) !== liveCollation;
  return [triggers.filter((each) => !isLate(each)), triggers.filter(isLate)];
}

/** Gives a schema the defaults that it had. */
export function defaultsStatement(schema: string, characterSet: string, collation: string): Bytes {
  return `ALTER DATABASE ${toBytes(quote(schema))} CHARACTER SET ${characterSet} COLLATE ${collation}`;
}

function alter(schema: string, collation: string): Bytes {
  return `ALTER DATABASE ${toBytes(quote(schema))} COLLATE ${collation}`;
}

/** One atomic statement: until it is done the old state is live, from then on the new one. */
function renameStatement(cutOver: CutOver): Bytes {
  const { schema, aside, liveTables, sideTables } = cutOver;
  const side = sideSchema(schema);
  const pairs = [
    ...viewsInTheWay(cutOver).map(({ name }, at) => [
      qualified(schema, name),
      qualified(schema, viewName(at)),
    ]),
    ...moving(liveTables).map((table) => [qualified(schema, table), qualified(aside, table)]),
    ...sideTables.map((table) => [qualified(side, table), qualified(schema, table)]),
    [qualified(side, STATE_TABLE), qualified(aside, STATE_TABLE)],
  ];
  return toBytes(`RENAME TABLE ${pairs.map(([from, to]) => `${from} TO ${to}`).join(', ')}`);
}

/** Views with the name of a table of the backup: they are renamed, for DROP VIEW is not possible under locks. */
function viewsInTheWay({ live, sideTables }: CutOver): readonly Definition[] {
  return live.filter(({ kind, name }) => kind === 'view' && sideTables.includes(name));
}

function withoutViewsInTheWay(cutOver: CutOver): readonly Definition[] {
  const inTheWay = viewsInTheWay(cutOver);
  return cutOver.live.map((each) => {
    const at = inTheWay.indexOf(each);
    return at < 0 ? each : { ...each, name: viewName(at) };
  });
}

function viewName(at: number): string {
  return `db_deploy_old_view_${at}`;
}

function moving(tables: readonly string[]): readonly string[] {
  return tables.filter((table) => !NEVER_RESTORED.includes(table));
}
