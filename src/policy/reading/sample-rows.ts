import { evaluate, hash, isTrue } from './evaluate.ts';
import { someIn, type ColumnName, type Expression, type Value } from './expression.ts';
import type { TableFacts } from './known-definitions.ts';
import { LINKED, TARGET } from './row-judging.ts';

/** What decides which values columns may have. */
export interface SampleOptions {
  readonly known: TableFacts | undefined;
  readonly table: string;
}

const TRIALS = 150;
const KEYS: readonly Value[] = [1, 2, 3, 7, 42, 1_000_003];
const SAMPLES: Readonly<Record<string, readonly Value[]>> = {
  numbers: [0, 1, 2, 7, 42, 1_000_003, -1, -5000],
  texts: ['', 'a', 'Zz', 'some text'],
  times: ['2001-01-01', '2019-05-05 10:00:00', '2031-12-31'],
};
const ANYTHING = Object.values(SAMPLES).flat();
/** Columns that hold something once it happened, where the definition is not known. */
const SOMETIMES =
  /(?:_(?:at|on|by|until|till|date|time|ts)|^(?:last_|deleted|archived|expires?|ended|closed|cancell?ed).*)$/;
const ALWAYS_SET = /^(?:created|updated|modified|inserted|changed|added|registered)/;

/** True if every sample row meets the condition. */
export function holdsForAll(condition: Expression, options: SampleOptions): boolean {
  const literals = literalsOf(condition);
  const nullable = nullTested(condition);
  const samples = new Map<string, readonly Value[]>();
  for (let seed = 0; seed < TRIALS; seed++) {
    const column = (name: ColumnName): Value => {
      const key = `${name.table} ${name.column}`;
      const values = samples.get(key) ?? valuesOf(name, options, literals, nullable);
      samples.set(key, values);
      return values[hash(`${seed} ${key}`) % values.length] ?? null;
    };
    if (!isTrue(evaluate(condition, { seed, column }))) return false;
  }
  return true;
}

function valuesOf(
  name: ColumnName,
  { known, table }: SampleOptions,
  literals: readonly Value[],
  nullTests: ReadonlySet<string>,
): readonly Value[] {
  const isOwn = name.table === TARGET;
  const column = isOwn ? known?.columns.get(name.column) : undefined;
  const isKey = isOwn && (column?.isKey ?? isKeyName(name.column, table));
  if (isKey)
    return [...KEYS, ...literals.filter((value) => typeof value === 'number' && value > 0 && value < 1e7)];
  const canBeNull = isOwn
    ? nullTests.has(name.column) && (column ? !column.isNotNull : isSometimesNull(name.column))
    : name.table === LINKED;
  const values = column?.values
    ? typed(column.values, literals)
    : [...ANYTHING, ...literals, ...near(literals)];
  // Often enough to be met in a few hundred rows.
  return canBeNull ? [...values, null, null, null] : values;
}

/** `id`, or `customer_id` of the table `customers`. */
function isKeyName(column: string, table: string): boolean {
  if (/^(?:id|uuid|pk)$/.test(column)) return true;
  const stem = /^(\w{3,})_?(?:id|uuid)$/.exec(column)?.[1]?.replace(/_$/, '');
  return stem !== undefined && table.toLowerCase().startsWith(stem);
}

function isSometimesNull(column: string): boolean {
  return SOMETIMES.test(column) && !ALWAYS_SET.test(column);
}

/** Columns of which the condition asks whether they are NULL. */
function nullTested(condition: Expression): ReadonlySet<string> {
  const columns = new Set<string>();
  someIn(condition, (part) => {
    if (part.kind !== 'operation') return false;
    const isTest = part.op === 'ISNULL' || (part.op === 'IS' && isNullLiteral(part.args[1]));
    const [of] = part.args;
    if (isTest && of?.kind === 'column') columns.add(of.name.column);
    return false;
  });
  return columns;
}

function isNullLiteral(part: Expression | undefined): boolean {
  return part?.kind === 'literal' && part.value === null;
}

function literalsOf(condition: Expression): readonly Value[] {
  const values: Value[] = [];
  someIn(condition, (part) => {
    if (part.kind === 'literal' && part.value !== null && values.length < 20) values.push(part.value);
    return false;
  });
  return values;
}

function typed(kind: 'numbers' | 'texts' | 'times', literals: readonly Value[]): readonly Value[] {
  const type = kind === 'numbers' ? 'number' : 'string';
  const own = literals.filter((value) => typeof value === type);
  return [...(SAMPLES[kind] ?? []), ...own, ...(kind === 'numbers' ? near(own) : [])];
}

function near(literals: readonly Value[]): readonly Value[] {
  return literals.flatMap((value) => (typeof value === 'number' ? [value - 1, value + 1] : []));
}
