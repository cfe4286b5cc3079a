import { databaseState } from '../../src/report/database-state.ts';
import type { Report } from '../../src/report/report.ts';
import { aChangeset, aReport, aViolation, statementsOf } from './builders.ts';

/** Texts that break out of something, if it lets them. */
export const HOSTILE: readonly string[] = [
  '::error file=a.ts,line=1::owned',
  '\n::set-output name=x::y\n',
  '\r::add-mask::x\r\n  ::stop-commands::t',
  'a ##[set-output name=x;]y ##[error]z',
  '@octocat @org/team and a@b.example',
  'fixes #1, org/repo#2 and GH-3',
  '<script>alert(1)</script><!-- <img src=x onerror=y>',
  '</code></summary></details><h1>',
  '`code` ``` ~~~ `````` ` \\`',
  '```\n```\n~~~~\n````sql\n# heading\n```',
  'a | b || c \\| d \\\\| e \\',
  '**bold** __it__ *x* _y_ ~~z~~ $a$ $$b$$',
  '[x](javascript:alert) ![i](https://evil.example/a.png) [^1] [ ] <https://evil.example>',
  'https://evil.example www.evil.example mailto:a@b.example',
  '--> <!-- --!> ]]> <?php ?>',
  '</details></details></table></sub></a></article>',
  '<a href="https://evil.example">x</a><details open><summary>y',
  '@everyone @here 0123456789abcdef0123456789abcdef01234567 org/repo@0123456',
  '# heading',
  '- item',
  '1. one',
  '> [!WARNING]\n> quoted',
  '---',
  '===',
  '| a |\n| --- |\n| b |',
  '\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u009b1A \u0000 \u0007 \b\u007f',
  '/*\u001b[*/ DROP TABLE a; /*\u009d*/ DROP TABLE b; -- x\rDROP TABLE c',
  '\u202eright to left\u202c \u2066x\u2069 \u200f \u061c',
  'zero\u200bwidth\ufeff\u2060 \u2028line\u2029 \u0085',
  'lone \ud800 and \udc00',
  '&lt;b&gt; &#64;octocat &#x40;octocat &amp;',
  ':warning: :100: :+1: a:b:c',
  '"quoted" \'single\' "><b>',
  '\t\tindented\n\n    code',
  'x'.repeat(20_000),
  '|'.repeat(3000),
  '`'.repeat(300),
  '𝒳'.repeat(600),
  '',
  ' ',
  '\n\n\n',
];

/** The same report whatever `say` answers: every text that others write in it is what `say` returns. */
export function reportSaying(say: () => string): Report {
  const at = (): { readonly file: string; readonly line: number } => ({ file: `f${say()}`, line: 3 });
  const problem = { code: 'statement-failed', message: `m${say()}`, at: at(), fix: `f${say()}` } as const;
  const changeset = (status: 'failed' | 'not-run'): ReturnType<typeof aChangeset> =>
    aChangeset({
      key: `k${say()}`,
      id: `i${say()}`,
      author: `a${say()}`,
      at: at(),
      sqlFile: `s${say()}`,
      contexts: `c${say()}`,
      labels: [`l${say()}`, say()],
      comment: `c${say()}`,
      statements: statementsOf(`x${say()}`, say(), `y\n${say()}`),
      notes: status === 'failed' ? [] : [`n${say()}`],
      status,
      ...(status === 'failed' ? { statementsDone: 1, failedStatement: { number: 2, line: 2 }, problem } : {}),
    });
  return aReport({
    result: 'failed',
    environment: `e${say()}`,
    contexts: [`c${say()}`],
    labels: `l${say()}`,
    actor: `a${say()}`,
    runId: `r${say()}`,
    runUrl: 'https://example.com/1',
    gitSha: `g${say()}`,
    changelogFile: `c${say()}`,
    target: {
      host: `h${say()}`,
      port: 3306,
      schema: `s${say()}`,
      user: `u${say()}`,
      serverVersion: `v${say()}`,
      serverUuid: `u${say()}`,
    },
    planHash: `p${say()}`,
    pending: [changeset('not-run'), changeset('failed')],
    filtered: [{ key: `k${say()}`, at: at(), reason: 'label', detail: `d${say()}` }],
    violations: [
      aViolation({ changeset: `k${say()}`, at: at(), message: `m${say()}`, fix: `f${say()}` }),
      aViolation({ changeset: `k${say()}`, at: at(), message: `m${say()}`, excused: `e${say()}` }),
      aViolation({ changeset: undefined, at: at(), message: `m${say()}`, fix: `f${say()}` }),
      aViolation({ changeset: undefined, at: at(), message: `m${say()}`, excused: `e${say()}` }),
    ],
    mismatches: [{ key: `k${say()}`, at: at(), recorded: `r${say()}`, current: `c${say()}` }],
    problems: [problem, { code: 'server-error', message: say() }],
    warnings: [{ code: 'server-error', message: `w${say()}`, fix: say() }],
    sqlFile: `s${say()}`,
    state: databaseState('updated', say(), {
      changeset: {
        key: `k${say()}`,
        ...{ statementsDone: 1, statementCount: 2, statementInDoubt: undefined },
      },
      backupRef: `r${say()}`,
      aside: `a${say()}`,
      details: [`d${say()}`],
    }),
  });
}

/** Hostile texts and pieces of them, mixed the same way for the same seed. */
export function hostileSpeaker(seed: number): () => string {
  let state = seed + 1;
  const next = (below: number): number => {
    // xorshift32: the same on every machine.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
  const pick = (): string => HOSTILE[next(HOSTILE.length)] ?? '';
  const piece = (): string => {
    const text = pick();
    return text.length > 400 ? text.slice(0, 400) : text.slice(next(text.length + 1));
  };
  return () =>
    next(3) === 0 ? pick() : Array.from({ length: 1 + next(4) }, piece).join(next(2) === 0 ? ' ' : '');
}
