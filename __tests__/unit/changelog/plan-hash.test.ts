import { describe, expect, test } from '@jest/globals';
import type { Changeset } from '../../../src/changelog/changeset.ts';
import type { Expression } from '../../../src/changelog/expression.ts';
import type { History, HistoryRow } from '../../../src/changelog/history.ts';
import { parseExpression } from '../../../src/changelog/parse/parse-expression.ts';
import {
  identifyPlan,
  PLAN_PARTS,
  type PlanFacts,
  type PlanPart,
} from '../../../src/changelog/plan/plan-hash.ts';
import type { Precondition, PreconditionEntry } from '../../../src/changelog/precondition.ts';
import { pick, seededRandom, type Random } from '../../support/random.ts';
import { changesetOfSql } from '../policy/changeset-of.ts';

const at = { file: 'changelog/changelog.yml', line: 2 };

function entry(condition: Precondition, onFail: PreconditionEntry['onFail'] = 'HALT'): PreconditionEntry {
  return { condition, onFail, onError: 'HALT', at };
}

function changeset(id: string, overrides: Partial<Changeset> = {}, sql = 'SELECT 1;'): Changeset {
  const base = changesetOfSql(sql);
  return { ...base, id, key: `ann:${id}`, sql: { ...base.sql, checksum: `v1:${id}` }, ...overrides };
}

function row(id: string, overrides: Partial<HistoryRow> = {}): HistoryRow {
  const filename = 'changelog/changelog.yml';
  const executedAt = '2026-11-01 09:00:00';
  const checksum = `v1:${id}`;
  return {
    id,
    author: 'ann',
    filename,
    execType: 'EXECUTED',
    checksum,
    executedAt,
    runId: 'r1',
    ...overrides,
  };
}

function labels(source: string): Expression {
  const parsed = parseExpression(source);
  if (!('root' in parsed)) throw new Error(parsed.message);
  return parsed;
}

/** A plan of two changesets after two that ran. */
interface Sample {
  readonly environment: string;
  readonly schema: string;
  readonly history: readonly HistoryRow[];
  readonly applied: readonly Changeset[];
  readonly pending: readonly Changeset[];
  readonly preconditions: readonly PreconditionEntry[];
  readonly request: PlanFacts['request'];
}

const SAMPLE: Sample = {
  environment: 'prod',
  schema: 'shop',
  history: [row('1'), row('2', { checksum: null })],
  applied: [changeset('1'), changeset('2')],
  pending: [
    changeset('3', { preconditions: [entry({ kind: 'tableExists', tableName: 't' })] }),
    changeset(
      '4',
      { allowDestructive: true },
      '-- db-deploy:allow rename agreed\nRENAME TABLE a TO b;\nSELECT 1;',
    ),
  ],
  preconditions: [entry({ kind: 'tableExists', tableName: 'customers' })],
  request: {
    contexts: ['prod', 'eu'],
    labels: labels('a or b'),
    allowDestructive: false,
    backupKind: 'auto',
    onFailure: 'restore',
    onDataLoss: 'restore',
    restoreGuarantee: 'best',
    resume: true,
    resumeInDoubt: undefined,
  },
};

function identify({
  history,
  applied,
  pending,
  preconditions,
  ...rest
}: Sample): ReturnType<typeof identifyPlan> {
  const rows: History = new Map(history.map((one) => [`${one.author}:${one.id}`, one]));
  const changelog = { file: 'changelog/changelog.yml', preconditions, changesets: [...applied, ...pending] };
  return identifyPlan({
    ...rest,
    changelog,
    history: rows,
    pending: pending.map((one) => ({ changeset: one, reason: 'new', earlier: undefined })),
  });
}

function withRequest(other: Partial<PlanFacts['request']>): Sample {
  return { ...SAMPLE, request: { ...SAMPLE.request, ...other } };
}

/** The sample with another third changeset. */
function withThird(other: Partial<Changeset>): Sample {
  const [third, ...rest] = SAMPLE.pending;
  return { ...SAMPLE, pending: [{ ...third!, ...other }, ...rest] };
}

function withSql(id: string, sql: string): Sample {
  const { statements } = changesetOfSql(sql).sql;
  const pending = SAMPLE.pending.map((one) =>
    one.id === id ? { ...one, sql: { ...one.sql, statements } } : one,
  );
  return { ...SAMPLE, pending };
}

const third = SAMPLE.pending[0]!;
const exists = { kind: 'tableExists', tableName: 't' } as const;
const check = { kind: 'sqlCheck', expectedResult: '0', sql: 'SELECT COUNT(*) FROM t' } as const;

const OTHER: readonly (readonly [PlanPart, string, Sample])[] = [
  ['environment', 'another', { ...SAMPLE, environment: 'Prod' }],
  ['schema', 'another', { ...SAMPLE, schema: 'shop2' }],
  ['history', 'a row less', { ...SAMPLE, history: SAMPLE.history.slice(1) }],
  ['history', 'another order', { ...SAMPLE, history: SAMPLE.history.toReversed() }],
  ['history', 'another author', { ...SAMPLE, history: [row('1', { author: 'bob' }), SAMPLE.history[1]!] }],
  ['history', 'another id', { ...SAMPLE, history: [row('01'), SAMPLE.history[1]!] }],
  [
    'history',
    'another kind',
    { ...SAMPLE, history: [row('1', { execType: 'MARK_RAN' }), SAMPLE.history[1]!] },
  ],
  [
    'history',
    'another checksum',
    { ...SAMPLE, history: [row('1', { checksum: 'v1:x' }), SAMPLE.history[1]!] },
  ],
  ['contexts', 'one less', withRequest({ contexts: ['prod'] })],
  ['contexts', 'others that join alike', withRequest({ contexts: ['prod,eu'] })],
  ['labels', 'none', withRequest({ labels: undefined })],
  ['labels', 'another operator', withRequest({ labels: labels('a and b') })],
  ['labels', 'a name that must be given', withRequest({ labels: labels('@a or b') })],
  ['gates', 'that of the run', withRequest({ allowDestructive: true })],
  ['gates', 'that of a changeset', withThird({ allowDestructive: true })],
  ['allow-comments', 'none', withSql('4', 'RENAME TABLE a TO b;\nSELECT 1;')],
  [
    'allow-comments',
    'another rule',
    withSql('4', '-- db-deploy:allow drop-index agreed\nRENAME TABLE a TO b;\nSELECT 1;'),
  ],
  [
    'allow-comments',
    'another reason',
    withSql('4', '-- db-deploy:allow rename why not\nRENAME TABLE a TO b;\nSELECT 1;'),
  ],
  [
    'allow-comments',
    'another statement',
    withSql('4', 'RENAME TABLE a TO b;\n-- db-deploy:allow rename agreed\nSELECT 1;'),
  ],
  ['backup', 'none', withRequest({ backupKind: 'none' })],
  ['backup', 'full, which auto need not be', withRequest({ backupKind: 'full' })],
  ['on-failure', 'keep', withRequest({ onFailure: 'keep' })],
  ['on-data-loss', 'stop', withRequest({ onDataLoss: 'stop' })],
  ['restore-guarantee', 'lossless', withRequest({ restoreGuarantee: 'lossless' })],
  ['resume', 'no', withRequest({ resume: false })],
  ['resume', 'an answer', withRequest({ resumeInDoubt: 'done' })],
  ['resume', 'another answer', withRequest({ resumeInDoubt: 'not-done' })],
  ['changelog-preconditions', 'none', { ...SAMPLE, preconditions: [] }],
  [
    'changelog-preconditions',
    'another reaction',
    { ...SAMPLE, preconditions: [entry({ ...exists, tableName: 'customers' }, 'WARN')] },
  ],
  ['pending', 'another order', { ...SAMPLE, pending: SAMPLE.pending.toReversed() }],
  ['pending', 'one more', { ...SAMPLE, pending: [...SAMPLE.pending, changeset('5')] }],
  ['pending', 'another checksum', withThird({ sql: { ...third.sql, checksum: 'v1:x' } })],
  ['preconditions', 'none', withThird({ preconditions: [] })],
  [
    'preconditions',
    'one twice',
    withThird({ preconditions: [...third.preconditions, ...third.preconditions] }),
  ],
  ['preconditions', 'another onFail', withThird({ preconditions: [entry(exists, 'MARK_RAN')] })],
  ['preconditions', 'another onError', withThird({ preconditions: [{ ...entry(exists), onError: 'WARN' }] })],
  [
    'preconditions',
    'another kind',
    withThird({ preconditions: [entry({ ...exists, kind: 'tableIsEmpty' })] }),
  ],
  ['preconditions', 'another table', withThird({ preconditions: [entry({ ...exists, tableName: 'T' })] })],
  [
    'preconditions',
    'its contrary',
    withThird({ preconditions: [entry({ kind: 'not', conditions: [exists] })] }),
  ],
  [
    'preconditions',
    'the same in an and',
    withThird({ preconditions: [entry({ kind: 'and', conditions: [exists] })] }),
  ],
  ['preconditions', 'a check', withThird({ preconditions: [entry(check)] })],
  ['run-always', 'yes', withThird({ runAlways: true })],
  ['run-on-change', 'yes', withThird({ runOnChange: true })],
];

const SAME: readonly (readonly [string, Sample])[] = [
  [
    'dates and run ids',
    { ...SAMPLE, history: SAMPLE.history.map((one) => ({ ...one, executedAt: '1', runId: null })) },
  ],
  [
    'the file of a row',
    { ...SAMPLE, history: SAMPLE.history.map((one) => ({ ...one, filename: 'other.yml' })) },
  ],
  ['the checksum of a row that is filled in', { ...SAMPLE, history: [row('1'), row('2')] }],
  ['order and case of contexts', withRequest({ contexts: ['EU', 'prod', ' eu '] })],
  ['layout and case of a label expression', withRequest({ labels: labels('(A) , B') })],
  [
    'files and lines',
    withThird({ at: { file: 'x.yml', line: 9 }, sqlFile: 'x.sql', sqlFileAt: { file: 'y', line: 1 } }),
  ],
  [
    'lines of preconditions',
    withThird({ preconditions: [{ ...entry(exists), at: { file: 'x.yml', line: 9 } }] }),
  ],
  [
    'what is only shown',
    withThird({ risk: 'high', comment: 'why', tag: 'v1', labels: ['x'], contexts: labels('prod') }),
  ],
  [
    'comments in SQL',
    withSql('4', '-- db-deploy:allow rename agreed\n/* so */ RENAME TABLE a TO b; -- done\nSELECT 1;'),
  ],
  ['lines of SQL', withSql('4', '\n\n-- db-deploy:allow rename agreed\nRENAME TABLE a TO b;\nSELECT 1;')],
];

describe('the hash of a plan', () => {
  const { hash, parts } = identify(SAMPLE);

  test('has its version and a SHA-256, and each part 12 digits', () => {
    expect(hash).toMatch(/^v2:[0-9a-f]{64}$/);
    expect(Object.keys(parts)).toEqual([...PLAN_PARTS]);
    for (const digits of Object.values(parts)) expect(digits).toMatch(/^[0-9a-f]{12}$/);
  });

  test.each(OTHER)('is another one, and only that of the part %s, for: %s', (part, _, other) => {
    const found = identify(other);
    expect(found.hash).not.toBe(hash);
    expect(PLAN_PARTS.filter((name) => found.parts[name] !== parts[name])).toEqual([part]);
  });

  test('every part can be another one', () => {
    expect(new Set(OTHER.map(([part]) => part))).toEqual(new Set(PLAN_PARTS));
  });

  test.each(SAME)('does not depend on: %s', (_, other) => {
    expect(identify(other)).toEqual({ hash, parts });
  });

  test('an answer to a question that is not asked decides nothing', () => {
    expect(identify(withRequest({ resume: false, resumeInDoubt: 'done' }))).toEqual(
      identify(withRequest({ resume: false })),
    );
  });

  test('comments in the SQL of a check decide nothing', () => {
    const commented = { ...check, sql: 'SELECT /* all */ COUNT(*)\n FROM t' };
    expect(identify(withThird({ preconditions: [entry(commented)] }))).toEqual(
      identify(withThird({ preconditions: [entry(check)] })),
    );
  });
});

/** Texts that would be confused where they were only joined. */
function text(random: Random): string {
  const pieces = ['a', ',', ':', '"', '[', ']', '\\', '\n', '\0', 'null', '\uD800', 'v1:', ''];
  return Array.from({ length: Math.floor(random() * 4) }, () => pick(random, pieces)).join('');
}

function several<T>(random: Random, make: () => T): readonly T[] {
  return Array.from({ length: Math.floor(random() * 3) }, make);
}

function randomCondition(random: Random, depth: number): Precondition {
  const name = (): string => text(random);
  const kind = pick(random, [
    'tableExists',
    'columnExists',
    'indexExists',
    'rowCount',
    'changeSetExecuted',
    'not',
    'or',
  ]);
  switch (kind) {
    case 'columnExists':
      return { kind, tableName: name(), columnName: name() };
    case 'indexExists':
      return {
        kind,
        tableName: pick(random, [undefined, name()]),
        indexName: name(),
        columnNames: several(random, name),
      };
    case 'rowCount':
      return { kind, tableName: name(), expectedRows: Math.floor(random() * 3) };
    case 'changeSetExecuted':
      return { kind, id: name(), author: name() };
    case 'not':
    case 'or':
      return depth > 0
        ? { kind, conditions: several(random, () => randomCondition(random, depth - 1)) }
        : { kind: 'tableExists', tableName: name() };
    default:
      return { kind: 'tableExists', tableName: name() };
  }
}

/** Two that are the same in one part are the same sample there: what is expected is read from the sample, not hashed. */
function randomSample(random: Random): Sample {
  const some = (): PreconditionEntry =>
    entry(randomCondition(random, 2), pick(random, ['HALT', 'CONTINUE', 'MARK_RAN', 'WARN']));
  const author = (): string => text(random).replaceAll(':', '');
  return {
    environment: text(random),
    schema: text(random),
    history: several(random, () =>
      row(text(random), { author: author(), checksum: pick(random, [null, text(random)]) }),
    ),
    applied: [],
    pending: several(random, () =>
      changeset(text(random), { author: author(), preconditions: several(random, some) }),
    ),
    preconditions: several(random, some),
    request: { ...SAMPLE.request, onFailure: text(random), onDataLoss: text(random) },
  };
}

test('no two plans that differ in a part have the digits of that part in common, whatever their names are', () => {
  const random = seededRandom(5);
  const expected: Partial<Record<PlanPart, (sample: Sample) => unknown>> = {
    environment: ({ environment }) => environment,
    schema: ({ schema }) => schema,
    // A map: the last row of a name stays, in the place of the first.
    history: ({ history }) => [
      ...new Map(history.map(({ author, id, checksum }) => [`${author}:${id}`, [author, id, checksum]])),
    ],
    'on-failure': ({ request }) => request.onFailure,
    pending: ({ pending }) => pending.map(({ author, id, sql }) => [author, id, sql.checksum]),
    'changelog-preconditions': ({ preconditions }) =>
      preconditions.map(({ condition, onFail }) => [condition, onFail]),
  };
  const seen = new Map<string, string>();
  for (let round = 0; round < 5000; round += 1) {
    const sample = randomSample(random);
    const { parts } = identify(sample);
    for (const [name, read] of Object.entries(expected)) {
      const value = JSON.stringify([name, read(sample)]);
      const digits = `${name} ${parts[name as PlanPart]}`;
      // One value has one text of digits, and the other way round.
      for (const [from, to] of [
        [value, digits],
        [digits, value],
      ] as const) {
        if (seen.has(from)) expect(seen.get(from)).toBe(to);
        seen.set(from, to);
      }
    }
  }
  expect(seen.size).toBeGreaterThan(10_000);
});
