import { readAssignedColumn, type AssignedColumn } from './assigned-column.ts';
import type { CodeToken } from './code-token.ts';
import { isConstant } from './constant-condition.ts';
import { readName, type ObjectName } from './object-name.ts';
import type { NamedQueries } from './query-shape.ts';
import { isRestricted } from './restriction.ts';
import type { Facts } from './row-judging.ts';
import { findSource, readRowSources, type RowSource, type RowSources } from './row-sources.ts';
import { findKeyword, keyword, splitAtCommas } from './token-walk.ts';

/** What an UPDATE or DELETE does to which tables. */
export interface ChangedRows {
  /** Tables whose rows it changes; where a column's table cannot be told, all that it may be. */
  readonly tables: readonly ObjectName[];
  /** Those of them of which nothing keeps a row out. */
  readonly unrestricted: readonly UnrestrictedTable[];
  /** It has a WHERE that names a column, which every row meets. */
  readonly hasWhere: boolean;
}

/** A table of which an UPDATE or DELETE takes whatever rows there are. */
export interface UnrestrictedTable {
  readonly table: ObjectName;
  /** The columns of it that an UPDATE assigns; undefined for a DELETE, or where a column's table cannot be told. */
  readonly columns: readonly string[] | undefined;
}

/** What a command stands in: its common table expressions, and what is known of tables. */
export interface RowContext {
  readonly queries: NamedQueries;
  readonly facts: Facts;
}

interface Target {
  readonly table: ObjectName;
  readonly source: RowSource | undefined;
}

type Assigned = readonly (AssignedColumn | undefined)[];

/** Each subselect is looked into several times: with more of them than anybody writes, nothing counts as restricting. */
const DEEPEST_QUERY = 4;
const MOST_NAMED_QUERIES = 8;
const MODIFIERS = ['LOW_PRIORITY', 'QUICK', 'IGNORE'];
const AFTER_WHERE = ['ORDER', 'LIMIT'];

/** Reads an UPDATE or a DELETE of one table or of several; undefined for other commands. */
export function readChangedRows(tokens: readonly CodeToken[], context: RowContext): ChangedRows | undefined {
  const verb = keyword(tokens, 0);
  if (verb !== 'UPDATE' && verb !== 'DELETE') return undefined;
  let start = 1;
  while (MODIFIERS.includes(keyword(tokens, start))) start++;
  const {
    targets: all,
    assigned,
    ...from
  } = verb === 'UPDATE' ? readUpdate(tokens, start) : readDelete(tokens, start);
  const targets = distinct(all);
  const where = whereOf(tokens, start);
  const selection = { ...from, queries: context.queries, where };
  const isReadable = isShallow(tokens, context.queries);
  const unrestricted = targets.filter(
    ({ source }) => !source || !isReadable || !isRestricted(selection, source, context.facts),
  );
  return {
    tables: targets.map(({ table }) => table),
    unrestricted: unrestricted.map((target) => ({
      table: target.table,
      columns: columnsOf(target, from.sources, assigned),
    })),
    hasWhere: where !== undefined && !isConstant(where),
  };
}

function whereOf(tokens: readonly CodeToken[], from: number): readonly CodeToken[] | undefined {
  const where = findKeyword(tokens, from, ['WHERE']);
  if (where < 0) return undefined;
  const end = findKeyword(tokens, where + 1, AFTER_WHERE);
  return tokens.slice(where + 1, end < 0 ? undefined : end);
}

type Read = RowSources & { readonly targets: readonly Target[]; readonly assigned: Assigned };

function readUpdate(tokens: readonly CodeToken[], start: number): Read {
  const set = findKeyword(tokens, start, ['SET']);
  if (set < 0) return { sources: [], joins: [], targets: [], assigned: [] };
  const from = readRowSources(tokens.slice(start, set));
  const end = findKeyword(tokens, set, ['WHERE', 'ORDER', 'LIMIT']);
  const assignments = splitAtCommas(tokens.slice(set + 1, end < 0 ? undefined : end));
  const assigned = assignments.map(readAssignedColumn);
  const written = assigned.map((column) => column?.table);
  const all = from.sources.flatMap((source) => (source.table ? [{ table: source.table, source }] : []));
  // A column without a table may be one of any of them.
  if (from.sources.length === 1 || written.includes(undefined)) return { ...from, assigned, targets: all };
  return {
    ...from,
    assigned,
    targets: written.flatMap((name) => (name ? targetOf(name, from.sources) : [])),
  };
}

/** The columns of a target that are assigned. Each must be certain to be of one source. */
function columnsOf(
  { source }: Target,
  sources: readonly RowSource[],
  assigned: Assigned,
): readonly string[] | undefined {
  if (!source?.table) return undefined;
  const columns: string[] = [];
  for (const one of assigned) {
    if (!one) return undefined;
    const candidates = sources.length === 1 ? sources : sources.filter((other) => mayMean(one, other));
    if (candidates.length !== 1) return undefined;
    if (candidates[0] === source) columns.push(one.column);
  }
  return columns.length > 0 ? columns : undefined;
}

/** Aliases of another case may be others, and a table of another schema may have the same name. */
function mayMean({ table: name }: AssignedColumn, { alias, table }: RowSource): boolean {
  return name === undefined || name.name.toLowerCase() === (alias ?? table?.name)?.toLowerCase();
}

function readDelete(tokens: readonly CodeToken[], start: number): Read {
  const isFromFirst = keyword(tokens, start) === 'FROM';
  const listAt = isFromFirst ? start + 1 : start;
  const divider = findKeyword(tokens, listAt, [isFromFirst ? 'USING' : 'FROM', 'WHERE', ...AFTER_WHERE]);
  const isMulti = divider >= 0 && ['USING', 'FROM'].includes(keyword(tokens, divider));
  if (!isMulti) {
    const from = readRowSources(tokens.slice(listAt, divider < 0 ? undefined : divider));
    const [source] = from.sources;
    return { ...from, assigned: [], targets: source?.table ? [{ table: source.table, source }] : [] };
  }
  const end = findKeyword(tokens, divider, ['WHERE', ...AFTER_WHERE]);
  const from = readRowSources(tokens.slice(divider + 1, end < 0 ? undefined : end));
  const targets = splitAtCommas(tokens.slice(listAt, divider)).flatMap((part) => {
    const name = readName(part, 0)?.name;
    return name ? targetOf(name, from.sources) : [];
  });
  return { ...from, assigned: [], targets };
}

function targetOf(name: ObjectName, sources: readonly RowSource[]): readonly Target[] {
  const source = findSource(name, sources);
  return [{ source, table: source?.table ? { ...source.table, line: name.line } : name }];
}

/** `SET u.a = 1, u.b = 2` names one table twice. */
function distinct(targets: readonly Target[]): readonly Target[] {
  return targets.filter(
    ({ source }, at) => !source || targets.findIndex((other) => other.source === source) === at,
  );
}

/** True if subselects stand in one another no deeper than they are looked into. */
function isShallow(tokens: readonly CodeToken[], queries: NamedQueries): boolean {
  const depths = [tokens, ...queries.values()].map(depthOfQueries);
  return queries.size <= MOST_NAMED_QUERIES && Math.max(...depths) <= DEEPEST_QUERY;
}

function depthOfQueries(tokens: readonly CodeToken[]): number {
  const isQuery: boolean[] = [];
  let depth = 0;
  let deepest = 0;
  tokens.forEach(({ word }, at) => {
    if (word === '(') {
      isQuery.push(['SELECT', 'WITH', 'TABLE'].includes(keyword(tokens, at + 1)));
      if (isQuery.at(-1)) deepest = Math.max(deepest, ++depth);
    } else if (word === ')' && isQuery.pop()) depth--;
  });
  return deepest;
}
