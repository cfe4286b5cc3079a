import { ExpectedError, type Location } from '../errors.ts';

/** What to do when a precondition does not hold, or cannot be judged. */
export type Reaction = 'HALT' | 'CONTINUE' | 'MARK_RAN' | 'WARN';

export type Precondition =
  | { readonly kind: 'tableExists'; readonly tableName: string }
  | { readonly kind: 'viewExists'; readonly viewName: string }
  | { readonly kind: 'columnExists'; readonly tableName: string; readonly columnName: string }
  | {
      readonly kind: 'indexExists';
      readonly tableName: string | undefined;
      readonly indexName: string | undefined;
      readonly columnNames: readonly string[];
    }
  | {
      readonly kind: 'foreignKeyConstraintExists';
      readonly foreignKeyTableName: string | undefined;
      readonly foreignKeyName: string;
    }
  | { readonly kind: 'primaryKeyExists'; readonly tableName: string }
  | { readonly kind: 'tableIsEmpty'; readonly tableName: string }
  | { readonly kind: 'rowCount'; readonly tableName: string; readonly expectedRows: number }
  | { readonly kind: 'sqlCheck'; readonly expectedResult: string; readonly sql: string }
  | { readonly kind: 'changeSetExecuted'; readonly id: string; readonly author: string }
  | { readonly kind: 'and' | 'or'; readonly conditions: readonly Precondition[] }
  | { readonly kind: 'not'; readonly conditions: readonly Precondition[] };

/** The ones that ask the database something; `and`, `or`, `not` are judged over them. */
export type Question = Exclude<Precondition, { readonly kind: 'and' | 'or' | 'not' }>;

export type Group = Exclude<Precondition, Question>;

/** Whether it is judged over others instead of asking something. */
export function isGroup(condition: Precondition): condition is Group {
  return 'conditions' in condition;
}

/** One list entry of `preconditions:`. */
export interface PreconditionEntry {
  readonly condition: Precondition;
  readonly onFail: Reaction;
  readonly onError: Reaction;
  readonly at: Location;
}

/** An answer to a question: whether it holds, and what was found, in words a person can read. */
export interface Answer {
  readonly holds: boolean;
  readonly found: string;
}

/**
 * What the preconditions of a changeset, or of the changelog, come to; `notes` are what was found and only warned of.
 * For the changelog's own, everything but `hold` keeps the run from starting.
 */
export type PreconditionVerdict =
  | { readonly kind: 'hold'; readonly notes: readonly string[] }
  | {
      readonly kind: 'halt' | 'skip' | 'mark-ran';
      /** What was found, in words: table `customers` does not exist. */
      readonly message: string;
      readonly notes: readonly string[];
      /** The entry that decided. */
      readonly at: Location;
    };

/**
 * Judges preconditions in order; the first that does not hold decides by its `onFail`, one that cannot be judged by
 * its `onError`, and after WARN the rest is judged. An `ExpectedError` is no answer: it ends the run whatever onError
 * says, because a connection that is gone is no reason to mark a changeset as run.
 */
export async function judgePreconditions(
  entries: readonly PreconditionEntry[],
  ask: (question: Question) => Promise<Answer>,
): Promise<PreconditionVerdict> {
  const notes: string[] = [];
  for (const entry of entries) {
    const [reaction, message] = await judgeEntry(entry, ask);
    if (reaction === 'WARN') notes.push(message);
    else if (reaction) return { kind: VERDICTS[reaction], message, notes, at: entry.at };
  }
  return { kind: 'hold', notes };
}

const VERDICTS = { HALT: 'halt', CONTINUE: 'skip', MARK_RAN: 'mark-ran' } as const;

async function judgeEntry(
  entry: PreconditionEntry,
  ask: (question: Question) => Promise<Answer>,
): Promise<readonly [Reaction | undefined, string]> {
  try {
    const answer = await judge(entry.condition, ask);
    return [answer.holds ? undefined : entry.onFail, answer.found];
  } catch (error) {
    if (error instanceof ExpectedError) throw error;
    const words = error instanceof Error ? error.message : String(error);
    return [entry.onError, `cannot find out whether ${describePrecondition(entry.condition)}: ${words}`];
  }
}

async function judge(condition: Precondition, ask: (question: Question) => Promise<Answer>): Promise<Answer> {
  if (!isGroup(condition)) return ask(condition);
  // `not` of several: none of them may hold.
  const decisive = condition.kind !== 'and';
  const found: string[] = [];
  for (const inner of condition.conditions) {
    const answer = await judge(inner, ask);
    if (answer.holds === decisive) return { holds: condition.kind === 'or', found: answer.found };
    found.push(answer.found);
  }
  return { holds: condition.kind !== 'or', found: found.join(', and ') };
}

/** What a precondition demands, in words: table `customers` exists. */
export function describePrecondition(condition: Precondition): string {
  switch (condition.kind) {
    case 'tableExists':
      return `table \`${condition.tableName}\` exists`;
    case 'viewExists':
      return `view \`${condition.viewName}\` exists`;
    case 'columnExists':
      return `column \`${condition.tableName}\`.\`${condition.columnName}\` exists`;
    case 'indexExists':
      return `${describeIndex(condition)} exists`;
    case 'foreignKeyConstraintExists':
      return `foreign key \`${condition.foreignKeyName}\`${ofTable(condition.foreignKeyTableName)} exists`;
    case 'primaryKeyExists':
      return `table \`${condition.tableName}\` has a primary key`;
    case 'tableIsEmpty':
      return `table \`${condition.tableName}\` is empty`;
    case 'rowCount':
      return `table \`${condition.tableName}\` has ${condition.expectedRows} rows`;
    case 'sqlCheck':
      return `${JSON.stringify(condition.expectedResult)} is the result of ${condition.sql}`;
    case 'changeSetExecuted':
      return `changeset ${condition.author}:${condition.id} was executed`;
    case 'not':
      return `none of this is so: ${describeAll(condition.conditions, 'or')}`;
    case 'and':
    case 'or':
      return describeAll(condition.conditions, condition.kind);
  }
}

function describeAll(conditions: readonly Precondition[], word: string): string {
  const described = conditions.map((inner) =>
    isGroup(inner) ? `(${describePrecondition(inner)})` : describePrecondition(inner),
  );
  return described.join(` ${word} `);
}

/** index `i` over (a, b) of table `t`, with what was asked of it. */
export function describeIndex(condition: Extract<Precondition, { kind: 'indexExists' }>): string {
  const { indexName, columnNames, tableName } = condition;
  const columns = columnNames.length === 0 ? '' : ` over (${columnNames.join(', ')})`;
  return `index${indexName === undefined ? '' : ` \`${indexName}\``}${columns}${ofTable(tableName)}`;
}

function ofTable(tableName: string | undefined): string {
  return tableName === undefined ? '' : ` of table \`${tableName}\``;
}
