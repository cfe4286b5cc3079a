import { findColumn, isNullable } from '../reading/altered-table.ts';
import type { AlterClause } from '../reading/alter-clauses.ts';
import type { ColumnDefinition } from '../reading/column-definition.ts';
import type { ColumnType } from '../reading/column-type.ts';
import type { Tables } from './clause-effects.ts';
import type { AlterContext } from './effect.ts';
import { valueChange } from './value-change.ts';
import { changes, fails, type ValueChange } from './value-outcome.ts';

/**
 * What becomes of the values of one column; `unknown` where its present definition is not known, `renumbers` where a
 * column begins to count, which gives a row with 0 a new number.
 */
export interface ChangedValues {
  readonly column: string;
  readonly line: number;
  readonly change: ValueChange | 'unknown' | 'renumbers';
  /** Present and new type, for a message; empty where they are the same or not known. */
  readonly types: string;
}

/** The columns that an ALTER TABLE gives another type or another source of values, each with what becomes of them. */
export function changedValues(
  clauses: readonly AlterClause[],
  tables: Tables,
  context: AlterContext,
): readonly ChangedValues[] {
  const { before, after } = tables;
  return clauses.flatMap((clause): readonly ChangedValues[] => {
    const { line } = clause;
    if (clause.kind === 'change-column') {
      const old = before && findColumn(before, clause.from);
      const now = after && findColumn(after, clause.column.name);
      if (!old?.type || !now?.type)
        return [{ column: clause.column.name, line, change: 'unknown', types: '' }];
      return changedColumn(old, now, line, tables, context);
    }
    if (clause.kind !== 'other' || clause.tokens[0]?.word !== 'CONVERT') return [];
    if (!before || !after) return [{ column: '', line, change: 'unknown', types: '' }];
    return before.columns.flatMap((old) => {
      const now = findColumn(after, old.name);
      return now ? changedColumn(old, now, line, tables, context) : [];
    });
  });
}

function changedColumn(
  old: ColumnDefinition,
  now: ColumnDefinition,
  line: number,
  tables: Tables,
  context: AlterContext,
): readonly ChangedValues[] {
  if (!old.type || !now.type) return [];
  const change = ofGeneration(old, now) ?? ofType(old.type, now.type, context.isStrict);
  const [from, to] = [showType(old.type), showType(now.type)];
  const types = from === to ? '' : ` from ${from} to ${to}`;
  const column = { column: now.name, line };
  return [
    ...(change ? [{ ...column, change, types }] : []),
    ...(isFilled(old, now, tables) && !context.isStrict
      ? [
          {
            ...column,
            change: changes('NULL becomes 0, the empty text or the present time, as nothing refuses it'),
            types: '',
          },
        ]
      : []),
    ...(now.isAutoIncrement && !old.isAutoIncrement
      ? [{ ...column, change: 'renumbers' as const, types: '' }]
      : []),
  ];
}

/** NULL is not possible any more. */
function isFilled(old: ColumnDefinition, now: ColumnDefinition, { before, after }: Tables): boolean {
  return before !== undefined && after !== undefined && isNullable(before, old) && !isNullable(after, now);
}

/** Values that are computed instead of kept, or kept instead of computed. */
function ofGeneration(old: ColumnDefinition, now: ColumnDefinition): ValueChange | undefined {
  if (now.generated && !old.generated) return changes('every value is replaced by what its expression gives');
  if (old.generated && !now.generated) {
    if (old.generated === 'virtual')
      return fails('this server does not make a plain column of a VIRTUAL one');
    return undefined;
  }
  if (old.generated !== now.generated)
    return fails('a server changes STORED to VIRTUAL, or back, only by a new column');
  return undefined;
}

function ofType(from: ColumnType, to: ColumnType, isStrict: boolean): ValueChange | undefined {
  const isSameText = from.charset === to.charset && from.collation === to.collation;
  const isSame =
    from.name === to.name &&
    from.length === to.length &&
    from.scale === to.scale &&
    from.isUnsigned === to.isUnsigned &&
    from.srid === to.srid &&
    from.members.join('\n') === to.members.join('\n');
  if (isSame && isSameText) return undefined;
  const change = valueChange(from, to);
  // Without strict mode what would be refused is cut to what fits, with a warning.
  if (change.kind === 'fails' && !isStrict)
    return changes(`${change.how} become what fits, as nothing refuses them`);
  return change;
}

/** A type as a message shows it. */
function showType(type: ColumnType): string {
  const { name, length, scale, members, charset, isUnsigned } = type;
  const isBinary = charset === 'binary';
  const base = isBinary
    ? name.replace('VARCHAR', 'VARBINARY').replace('TEXT', 'BLOB').replace(/^CHAR/, 'BINARY')
    : name;
  const size =
    members.length > 0
      ? `(${members.map((member) => `'${member}'`).join(', ')})`
      : length > 0
        ? `(${length}${scale > 0 ? `, ${scale}` : ''})`
        : '';
  const text = charset === undefined || isBinary ? '' : ` ${charset}`;
  return `${base}${size}${isUnsigned ? ' UNSIGNED' : ''}${text}`;
}
