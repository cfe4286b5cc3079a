import { findColumn, findDropped, isSameName } from '../reading/altered-table.ts';
import type { AlterClause } from '../reading/alter-clauses.ts';
import { hasCharset } from '../reading/column-type.ts';
import { isFunctional, readKey } from '../reading/key-definition.ts';
import { unquote } from '../reading/object-name.ts';
import type { TableDefinition } from '../reading/table-definition.ts';
import { hasKeywords, keyword, outerKeywords } from '../reading/token-walk.ts';
import { addedColumn, changedColumn, isIndexed, type Found } from './column-effects.ts';
import type { AlterContext, Effect } from './effect.ts';
import { optionEffects } from './option-effects.ts';
import { storageChange } from './storage-change.ts';

/** The table before and after all clauses; undefined where it is not known. */
export interface Tables {
  readonly before: TableDefinition | undefined;
  readonly after: TableDefinition | undefined;
}

/** What each clause of an ALTER TABLE takes, in their order. */
export function clauseEffects(
  clauses: readonly AlterClause[],
  tables: Tables,
  context: AlterContext,
): readonly Effect[] {
  return clauses.flatMap((clause) =>
    [...partitioning(clause), ...effectsOf(clause, clauses, tables, context)].map(([kind, what]) => ({
      ...{ kind, what },
      line: clause.line,
    })),
  );
}

function effectsOf(
  clause: AlterClause,
  clauses: readonly AlterClause[],
  tables: Tables,
  context: AlterContext,
): readonly Found[] {
  switch (clause.kind) {
    case 'add-column':
      return addedColumn(clause.column, tables.before, context);
    case 'change-column':
      return changedColumn(clause.from, clause.column, tables, context);
    case 'rename-column':
      return [['rename-column', `another name of column "${clause.from}"`]];
    case 'rename-table':
      return [['instant', 'another name']];
    case 'add-key':
      return addedKey(clause, clauses, tables, context);
    case 'drop':
      return dropped(clause, clauses, tables);
    case 'partition':
      return partitionAction(clause, tables.before);
    case 'other':
      return otherEffects(clause, tables);
  }
}

/** Options of partitions may follow the last clause without a comma. */
function partitioning({ tokens }: AlterClause): readonly Found[] {
  for (const [word, at] of outerKeywords(tokens)) {
    if (word === 'PARTITION' && hasKeywords(tokens, at + 1, 'BY')) return [['copy', 'PARTITION BY']];
    if (word === 'REMOVE' && keyword(tokens, at + 1) === 'PARTITIONING') {
      return [['copy', 'REMOVE PARTITIONING']];
    }
  }
  return [];
}

function addedKey(
  clause: Extract<AlterClause, { kind: 'add-key' }>,
  clauses: readonly AlterClause[],
  { before }: Tables,
  { checksForeignKeys }: AlterContext,
): readonly Found[] {
  const key = readKey(clause.element);
  if (!key || isKept(clause, clauses, before)) return [];
  switch (key.kind) {
    case 'primary':
      return [['add-unique', 'ADD PRIMARY KEY']];
    case 'fulltext':
      return [['fulltext', 'the FULLTEXT index']];
    case 'spatial':
      return [['blocks', 'the SPATIAL index']];
    case 'foreign':
      return [
        checksForeignKeys
          ? ['copy', 'ADD FOREIGN KEY with foreign_key_checks on']
          : ['metadata', 'ADD FOREIGN KEY'],
      ];
    case 'check':
      return [[key.isEnforced ? 'copy' : 'instant', 'ADD CHECK']];
    case 'unique':
      return isFunctional(key)
        ? [['copy', 'the unique functional index']]
        : [['add-unique', 'the unique index']];
    case 'index': {
      if (isFunctional(key)) {
        return [
          ['add-virtual', 'the functional index'],
          ['index-virtual', 'the functional index'],
        ];
      }
      const isOfNewVirtual = key.parts.some(({ column }) => isNewVirtual(column, clauses));
      return [[isOfNewVirtual ? 'index-virtual' : 'add-index', 'the index of a new VIRTUAL column']];
    }
  }
}

/** The same ALTER drops a key of this name that is the same: nothing happens. */
function isKept(
  clause: Extract<AlterClause, { kind: 'add-key' }>,
  clauses: readonly AlterClause[],
  before: TableDefinition | undefined,
): boolean {
  const key = readKey(clause.element);
  return clauses.some((other) => {
    if (other.kind !== 'drop' || !key || !before || isFunctional(key)) return false;
    const old = findDropped(before.keys, other);
    return old !== undefined && isSameName(old.name, key.name) && old.text === key.text;
  });
}

function isNewVirtual(name: string | undefined, clauses: readonly AlterClause[]): boolean {
  return clauses.some(
    (clause) =>
      clause.kind === 'add-column' &&
      clause.column.generated === 'virtual' &&
      isSameName(clause.column.name, name),
  );
}

function dropped(
  clause: Extract<AlterClause, { kind: 'drop' }>,
  clauses: readonly AlterClause[],
  { before }: Tables,
): readonly Found[] {
  const { what, name } = clause;
  if (what === 'column') return droppedColumn(name, before);
  if (what === 'partition') return [['metadata', 'DROP PARTITION']];
  if (what === 'foreign') return [['metadata', 'DROP FOREIGN KEY']];
  if (what === 'primary') {
    const isReplaced = clauses.some(
      (other) =>
        (other.kind === 'add-key' && other.key === 'primary') ||
        (other.kind === 'add-column' && other.column.isPrimary),
    );
    if (!before) return [isReplaced ? ['rewrite', 'another primary key'] : ['copy', 'DROP PRIMARY KEY']];
    return [];
  }
  const key = before && findDropped(before.keys, clause);
  if (!key) return [[what === 'index' ? 'drop-index' : 'instant', `DROP ${what.toUpperCase()}`]];
  if (key.kind === 'check') return [['instant', 'DROP CHECK']];
  if (key.kind === 'foreign') return [['metadata', 'DROP FOREIGN KEY']];
  const isBack = clauses.some((other) => other.kind === 'add-key' && isKeptBy(other, clause, before));
  if (isBack) return [];
  return isFunctional(key)
    ? [
        ['drop-virtual', `DROP INDEX "${name}"`],
        ['drop-index', `DROP INDEX "${name}"`],
      ]
    : [['drop-index', `DROP INDEX "${name}"`]];
}

function isKeptBy(
  added: Extract<AlterClause, { kind: 'add-key' }>,
  drop: AlterClause,
  before: TableDefinition,
): boolean {
  return isKept(added, [drop], before);
}

function droppedColumn(name: string, before: TableDefinition | undefined): readonly Found[] {
  const column = before && findColumn(before, name);
  const what = `DROP COLUMN "${name}"`;
  const kind = column?.generated === 'virtual' ? 'drop-virtual' : 'drop-column';
  return before && isIndexed(before, name)
    ? [
        [kind, what],
        ['drop-index', what],
      ]
    : [[kind, what]];
}

function partitionAction(
  { action, tokens }: Extract<AlterClause, { kind: 'partition' }>,
  before: TableDefinition | undefined,
): readonly Found[] {
  const what = `${action} PARTITION`;
  if (['COALESCE', 'REORGANIZE', 'REBUILD'].includes(action)) return [['blocks', what]];
  if (action === 'OPTIMIZE') return [['rewrite', what]];
  if (action !== 'ADD') return [['instant', what]];
  const isSpread =
    /^(?:HASH|KEY)$/.test(before?.partitioning ?? '') || tokens.some(({ word }) => word === 'PARTITIONS');
  return [[isSpread ? 'blocks' : 'metadata', what]];
}

function otherEffects(clause: AlterClause, tables: Tables): readonly Found[] {
  const { tokens } = clause;
  const [verb, object] = [keyword(tokens, 0), keyword(tokens, 1)];
  if (verb === 'CONVERT') return converted(tables);
  if (verb === 'ORDER') return [['copy', 'ORDER BY']];
  if (verb === 'RENAME') return [['metadata', 'RENAME INDEX']];
  if (['ALGORITHM', 'LOCK', 'WITH', 'WITHOUT'].includes(verb)) return [];
  if (verb === 'ALTER' && object === 'INDEX') return [['metadata', 'ALTER INDEX']];
  if (verb === 'ALTER' && /^(?:CHECK|CONSTRAINT)$/.test(object)) return enforced(clause, tables.before);
  if (['ALTER', 'DISABLE', 'ENABLE', 'DISCARD', 'IMPORT'].includes(verb)) return [['instant', verb]];
  return optionEffects(clause, tables.before);
}

function enforced({ tokens }: AlterClause, before: TableDefinition | undefined): readonly Found[] {
  if (keyword(tokens, 3) === 'NOT') return [['instant', 'NOT ENFORCED']];
  const name = tokens[2] && unquote(tokens[2]);
  const key = before?.keys.find((other) => other.kind === 'check' && isSameName(other.name, name));
  return [[key?.isEnforced ? 'instant' : 'copy', 'an enforced check']];
}

function converted({ before, after }: Tables): readonly Found[] {
  if (!before || !after) return [['depends', 'CONVERT TO CHARACTER SET']];
  const found = before.columns.flatMap((old): readonly Found[] => {
    const now = findColumn(after, old.name);
    if (!old.type || !now?.type || !hasCharset(old.type)) return [];
    const change = storageChange(old.type, now.type, { isIndexed: isIndexed(before, old.name) });
    const what = 'CONVERT TO CHARACTER SET';
    return change === 'none' ? [] : [[change === 'copy' ? 'copy' : 'metadata', what]];
  });
  return [['metadata', 'CONVERT TO CHARACTER SET'], ...found];
}
