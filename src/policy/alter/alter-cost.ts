import { findColumn, isNullable } from '../reading/altered-table.ts';
import type { AlterClause } from '../reading/alter-clauses.ts';
import { hasCharset } from '../reading/column-type.ts';
import type { KeyDefinition } from '../reading/key-definition.ts';
import type { TableDefinition } from '../reading/table-definition.ts';
import { algorithmOf, lockOf } from '../reading/table-options.ts';
import { clauseEffects, type Tables } from './clause-effects.ts';
import type { AlterContext, Effect, EffectKind } from './effect.ts';

/** What an ALTER TABLE does to the table and to those who use it. */
export interface AlterCost {
  /**
   * `copy`: copies it and blocks writers; `blocks`: in place, and blocks writers; `rewrite`: writes all of it in place;
   * `depends`: may be any of these; `light`: none.
   */
  readonly kind: 'light' | 'rewrite' | 'blocks' | 'copy' | 'depends';
  readonly line: number;
  readonly what: string;
}

const INSTANT: readonly EffectKind[] = [
  ...(['instant', 'rename-column', 'add-column', 'drop-column'] as const),
  ...(['add-virtual', 'drop-virtual', 'move-virtual'] as const),
];
const VIRTUAL: readonly EffectKind[] = ['add-virtual', 'drop-virtual', 'move-virtual'];
/** What a VIRTUAL column may come and go with, in place. */
const BESIDE_VIRTUAL: readonly EffectKind[] = [
  ...(['add-virtual', 'drop-virtual', 'add-index', 'index-virtual', 'drop-index'] as const),
];
const LIGHT_ELSEWHERE: readonly EffectKind[] = ['instant', 'rename-column', 'comment'];
const INSTANT_DROP = 80_029;

/** Judges an ALTER TABLE by what the table is before and after it, as the server itself does. */
export function alterCost(clauses: readonly AlterClause[], tables: Tables, context: AlterContext): AlterCost {
  const effects = [...clauseEffects(clauses, tables, context), ...keyEffects(clauses, tables)];
  const cost = combine(effects, tables, context, isInstantAllowed(clauses));
  return asAsked(cost, clauses, effects);
}

/** ALGORITHM and LOCK: what the server refuses to do costs nothing. */
function asAsked(cost: AlterCost, clauses: readonly AlterClause[], effects: readonly Effect[]): AlterCost {
  const [algorithm, lock] = [algorithmOf(clauses), lockOf(clauses)];
  const first = effects[0] ?? cost;
  if (algorithm === 'COPY') return { kind: 'copy', line: first.line, what: 'ALGORITHM = COPY' };
  if (algorithm === 'INSTANT') return { ...cost, kind: 'light' };
  // Where that is not known, what is left to fear is a rewrite in place.
  const isRefused =
    cost.kind === 'copy' || cost.kind === 'depends' || (cost.kind === 'blocks' && lock === 'NONE');
  if (isRefused && (algorithm === 'INPLACE' || lock === 'NONE')) return { ...cost, kind: 'light' };
  const isLocked = lock === 'SHARED' || lock === 'EXCLUSIVE';
  const isLong =
    cost.kind === 'rewrite' || effects.some(({ kind }) => kind === 'add-index' || kind === 'add-unique');
  return isLocked && isLong && cost.kind !== 'copy' ? { ...cost, kind: 'blocks' } : cost;
}

/** With INPLACE, or any LOCK, the server does not take the instant way. */
function isInstantAllowed(clauses: readonly AlterClause[]): boolean {
  const lock = lockOf(clauses);
  return algorithmOf(clauses) !== 'INPLACE' && (lock === undefined || lock === 'DEFAULT');
}

function combine(
  effects: readonly Effect[],
  { before, after }: Tables,
  context: AlterContext,
  mayBeInstant: boolean,
): AlterCost {
  const first = (...kinds: readonly EffectKind[]): Effect | undefined =>
    effects.find(({ kind }) => kinds.includes(kind));
  const cost = (kind: AlterCost['kind'], effect: Effect | undefined): AlterCost => ({
    ...{ kind, line: effect?.line ?? 0, what: effect?.what ?? '' },
  });
  const copy = first('copy');
  if (copy) return cost('copy', copy);
  if (before && before.engine !== 'INNODB') {
    const heavy = effects.find(({ kind }) => !LIGHT_ELSEWHERE.includes(kind));
    return heavy ? cost('copy', heavy) : cost('light', undefined);
  }
  const depends = first('depends');
  if (depends) return cost('depends', depends);
  if (mayBeInstant && isInstant(effects, before, context)) return cost('light', undefined);
  const virtual = first(...VIRTUAL);
  if (virtual) {
    const isBoth = first('add-virtual') !== undefined && first('drop-virtual') !== undefined;
    const other = effects.find(({ kind }) => !BESIDE_VIRTUAL.includes(kind));
    if (isBoth || other || before?.partitioning !== undefined) {
      return cost('copy', { ...virtual, what: `${virtual.what} together with other changes` });
    }
  }
  return inPlace(effects, { before, after }, first, cost);
}

function inPlace(
  effects: readonly Effect[],
  { before, after }: Tables,
  first: (...kinds: readonly EffectKind[]) => Effect | undefined,
  cost: (kind: AlterCost['kind'], effect: Effect | undefined) => AlterCost,
): AlterCost {
  const rewrite = first('rewrite') ?? rewritingColumn(effects);
  if (rewrite) {
    const isFulltext = hasKey(before, 'fulltext') && hasKey(after, 'fulltext');
    const why = isFulltext ? 'FULLTEXT' : 'SPATIAL';
    if (isFulltext) return cost('copy', { ...rewrite, what: `${rewrite.what} beside a ${why} index` });
    if (hasKey(before, 'spatial') && hasKey(after, 'spatial')) {
      return cost('blocks', { ...rewrite, what: `${rewrite.what} beside a ${why} index` });
    }
  }
  const blocks = first('fulltext', 'blocks', 'index-virtual');
  if (blocks) return cost('blocks', blocks);
  const converted = isConverted({ before, after }) ? first('metadata') : undefined;
  if (converted) return cost('blocks', converted);
  return rewrite ? cost('rewrite', rewrite) : cost('light', undefined);
}

/** A column that would be instant alone. */
function rewritingColumn(effects: readonly Effect[]): Effect | undefined {
  const column = effects.find(({ kind }) => kind === 'add-column' || kind === 'drop-column');
  return column && { ...column, what: `${column.what} together with other changes` };
}

function isInstant(
  effects: readonly Effect[],
  before: TableDefinition | undefined,
  { serverVersion }: AlterContext,
): boolean {
  const has = (kind: EffectKind): boolean => effects.some((effect) => effect.kind === kind);
  if (!effects.every(({ kind }) => INSTANT.includes(kind))) return false;
  if (has('add-virtual') && has('rename-column')) return false;
  if (has('drop-virtual') && has('rename-column')) return false;
  if (has('drop-column') && serverVersion !== undefined && serverVersion < INSTANT_DROP) return false;
  if (!has('add-column') && !has('drop-column')) return true;
  return before?.rowFormat !== 'COMPRESSED' && !hasKey(before, 'fulltext');
}

function hasKey(table: TableDefinition | undefined, kind: KeyDefinition['kind']): boolean {
  return table?.keys.some((key) => key.kind === kind) ?? false;
}

/** Rows are stored in the order of a key: what another one, or none, takes. */
function keyEffects(clauses: readonly AlterClause[], { before, after }: Tables): readonly Effect[] {
  const line = (clauses.find(({ kind }) => kind === 'drop' || kind === 'add-key') ?? clauses[0])?.line ?? 0;
  if (!before || !after) {
    const added = clauses.find(
      (clause) =>
        (clause.kind === 'add-key' && clause.key === 'primary') ||
        (clause.kind === 'add-column' && clause.column.isPrimary),
    );
    return added ? [{ kind: 'rewrite', line: added.line, what: 'ADD PRIMARY KEY' }] : [];
  }
  const [old, now] = [clusteredKey(before), clusteredKey(after)];
  if (old === now) return [];
  const hadPrimary = hasKey(before, 'primary');
  if (old !== undefined && (now === undefined || (hadPrimary && !hasKey(after, 'primary')))) {
    return [
      { kind: 'copy', line, what: hadPrimary ? 'DROP PRIMARY KEY' : 'the loss of the key of all rows' },
    ];
  }
  return [
    { kind: 'rewrite', line, what: old === undefined ? 'the first key of all rows' : 'another primary key' },
  ];
}

/** The primary key, or else the first unique one without NULL: its columns as text. */
function clusteredKey(table: TableDefinition): string | undefined {
  const isClustering = ({ kind, parts }: KeyDefinition): boolean =>
    kind === 'unique' &&
    parts.every(({ column, isPrefix }) => {
      const found = column === undefined ? undefined : findColumn(table, column);
      return found !== undefined && !isPrefix && !isNullable(table, found) && found.generated !== 'virtual';
    });
  const key = table.keys.find(({ kind }) => kind === 'primary') ?? table.keys.find(isClustering);
  return key?.text;
}

/** Text of fixed or great length in another character set, together with another one of the table. */
function isConverted({ before, after }: Tables): boolean {
  if (!before || !after || before.collation === after.collation) return false;
  return before.columns.some((old) => {
    const now = findColumn(after, old.name);
    if (!old.type || !now?.type || !hasCharset(old.type) || /^(?:VARCHAR|ENUM|SET)$/.test(old.type.name))
      return false;
    return old.type.collation !== now.type.collation;
  });
}
