import { describe, expect, test } from '@jest/globals';
import { databaseState, type DatabaseState } from '../../../src/report/database-state.ts';
import { leftInTheMiddle, stoppedIn, withHeadline } from '../../../src/report/deploy-state.ts';
import type { Report } from '../../../src/report/report.ts';
import { renderSummary } from '../../../src/report/summary/summary.ts';
import { aChangeset, aReport, aViolation, statementsOf } from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';
import { scenarios } from '../../support/scenarios.ts';

const MEBIBYTE = 1024 * 1024;

describe('the step summary', () => {
  test.each(Object.entries(scenarios))('of %s is its golden file', (name, report) => {
    expectGolden(`${name}.summary.md`, renderSummary(report));
  });

  test('begins with the state of the database, then the verdict', () => {
    const [first, , second] = renderSummary(scenarios['failed-keep']!).split('\n');
    expect(first).toMatch(/^### ❌ Changeset anna:004 is half applied/);
    expect(second).toMatch(/^\*\*update on prod\*\*: failed: anna:004 statement 3 of 5/);
  });

  test('says what to do before what stops nothing', () => {
    const violations = [aViolation({ severity: 'warning' }), aViolation({ excused: 'few rows' })];
    const summary = renderSummary({ ...scenarios['restored']!, violations });
    const places = ['What to do next', 'Policy warnings', 'Excused violations'].map((title) =>
      summary.indexOf(`#### ${title}`),
    );
    expect(places[0]).toBeGreaterThan(0);
    expect(places).toEqual(places.toSorted((left, right) => left - right));
  });

  test('has no reference in its first line, and every sentence all the same', () => {
    const ref = `artifact:8841/77#sha256=${'b'.repeat(64)}`;
    const progress = { applied: 0, backupRef: ref };
    const lines = (state: DatabaseState): readonly string[] =>
      renderSummary({ ...scenarios['failed-keep']!, state }).split('\n');
    const half = stoppedIn({ key: 'a:1', done: 1, total: 2 }, progress);
    const first = 'Changeset a:1 is half applied: statement 1 of 2 is in effect.';
    expect(lines(half)[0]).toBe(`### ❌ ${first}`);
    expect(lines(half)[4]).toBe(`Its backup is ${ref}.`);
    const post = 'The post step of this job goes on from here.';
    expect(lines(withHeadline(half, post))[0]).toBe(`### ❌ ${first} ${post}`);
  });

  test.each(['anna:004. Add-a-very-long-word-that-looks-like-a-reference-to-something', 'a. B', 'x:1.0 Z'])(
    'has the same first line whatever a changeset is called: %s',
    (key) => {
      const state = stoppedIn({ key, done: 1, total: 2 }, { applied: 1, backupRef: undefined });
      const first = renderSummary({ ...scenarios['failed-keep']!, state }).split('\n')[0]!;
      expect(first).toContain(
        'is half applied: statement 1 of 2 is in effect. 1 changeset before it is applied.',
      );
      expect(first).toContain(key.split(' ').at(-1));
    },
  );

  test('says in its first line that an earlier run stopped in the middle', () => {
    const state = leftInTheMiddle('half-applied', 'a:1');
    expect(renderSummary({ ...scenarios['failed-keep']!, state })).toMatch(
      /^### ❌ An earlier run stopped in the middle of a changeset and left it so\. This run changed nothing\.\n/,
    );
  });

  test('of validate calls new what is new', () => {
    const title = (pending: Report['pending']): string | undefined =>
      /^#### (.*changesets.*)$/im.exec(renderSummary(aReport({ mode: 'validate', pending })))?.[1];
    expect(title([aChangeset()])).toBe('New changesets (1)');
    const again = aChangeset({ id: '2', reason: 'always' });
    expect(title([aChangeset(), again])).toBe('Changesets that will run (2)');
    expect(renderSummary(aReport({ mode: 'validate', pending: [again] }))).toContain('merged, runs always');
  });

  test('of a mode that has no parts of its own shows the default ones', () => {
    expect(renderSummary(aReport({ mode: 'pipeline' }))).toContain(
      'pipeline succeeded on prod (db shop on db.example.com)',
    );
    expect(renderSummary(aReport({ mode: 'comment' }))).toContain('published the saved report');
  });
});

describe('a summary that would be too large', () => {
  test.each([1, 50, 1000, 10_000])('of %d pending changesets fits and keeps what matters', (number) => {
    const summary = renderSummary(largeReport(number));
    expect(Buffer.byteLength(summary)).toBeLessThan(MEBIBYTE);
    expect(summary).toContain('drop-column');
    expect(summary).toContain('the statement that failed');
    expect(summary).toContain('failed: ');
    expect(summary).toContain('a'.repeat(64));
    expect(summary).toContain(`anna:${number}`);
  });

  test('loses its largest SQL first and says so', () => {
    const large = aChangeset({ id: 'large', statements: statementsOf(linesOf(5 * MEBIBYTE)) });
    const summary = renderSummary(aReport({ mode: 'status', pending: [large, aChangeset({ id: 'small' })] }));
    expect(Buffer.byteLength(summary)).toBeLessThan(MEBIBYTE);
    expect(summary).toContain('SQL that is left out here for its size');
    expect(summary).toContain('`anna:large`: 5.0 MiB in `migrations/large_change.up.sql`');
    expect(summary).toContain('SQL of anna:small');
  });

  test('cuts a single line of 5 MB instead of dropping it', () => {
    const line = `INSERT INTO t VALUES (${'1,'.repeat((5 * MEBIBYTE) / 2)}1)`;
    const summary = renderSummary(aReport({ pending: [aChangeset({ statements: statementsOf(line) })] }));
    expect(Buffer.byteLength(summary)).toBeLessThan(10_000);
    expect(summary).toMatch(/more characters\)/);
  });

  test('says how many rows are missing', () => {
    const summary = renderSummary(largeReport(3000));
    expect(summary).toMatch(/… and [\d,]+ more/);
  });

  test('holds any limit, however hostile the report', () => {
    const hostile = '|<@&`\u202e'.repeat(500);
    const changesets = Array.from({ length: 40 }, (_, index) =>
      aChangeset({ id: String(index) + hostile, comment: hostile, contexts: hostile, labels: [hostile] }),
    );
    const violations = changesets.map(({ key }) =>
      aViolation({ changeset: key, message: hostile, fix: hostile }),
    );
    const report = aReport({
      pending: changesets,
      violations,
      state: databaseState('updated', hostile, { details: [hostile] }),
    });
    for (const limit of [MEBIBYTE, 65_000, 2000]) {
      expect(Buffer.byteLength(renderSummary(report, limit))).toBeLessThanOrEqual(limit);
    }
  });
});

/** The last of `number` changesets failed, and there is a violation. */
function largeReport(number: number): Report {
  const pending = Array.from({ length: number }, (_, index) =>
    aChangeset({
      id: String(index + 1),
      comment: 'why this is needed, in one line of usual length',
      statements: statementsOf(linesOf(3000)),
      ...(index + 1 === number
        ? {
            status: 'failed',
            statementsDone: 0,
            failedStatement: { number: 1, line: 1 },
            statements: statementsOf('-- the statement that failed'),
          }
        : {}),
    }),
  );
  return aReport({ result: 'failed', pending, violations: [aViolation()] });
}

function linesOf(bytes: number): string {
  const line = 'INSERT INTO t VALUES (1, 2, 3);\n';
  return line.repeat(Math.ceil(bytes / line.length));
}
