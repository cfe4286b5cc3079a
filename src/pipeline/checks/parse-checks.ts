import { codeTokens } from '../../sql/code-tokens.ts';
import { addProblemAbout, problemSink, type ProblemSink } from '../../yaml/problem-sink.ts';
import { judgeSelect } from '../../sql/read/judge-select.ts';
import { splitStatements } from '../../sql/split/split.ts';
import type { Statement } from '../../sql/statements.ts';
import { describeNode, type YamlNode } from '../../yaml/yaml-node.ts';
import type { Problem } from '../../errors.ts';
import { parseCheckHeader } from './check-header.ts';
import { findCheckMarks, type CheckMark } from './check-marks.ts';
import type { BuiltinCheck, Check, SqlCheck } from '../manifest/manifest.ts';
import { parseBuiltinCheck } from './parse-builtin-check.ts';

/** One check of a file as it is written: its comment and the statements under it. */
interface Block {
  readonly mark: CheckMark;
  readonly metric: Statement[];
  readonly examples: Statement[];
  examplesMark: CheckMark | undefined;
}

/**
 * Reads a file of checks. Each begins with a comment and has one SELECT whose first column is the metric; a second
 * SELECT under `-- examples:` lists what makes the check fail, and is asked only then:
 *
 *     -- check: orphan_orders severity: error threshold: 0
 *     SELECT COUNT(*) FROM …;
 *     -- examples:
 *     SELECT order_id, customer_id FROM … LIMIT 10;
 */
export function parseSqlChecks(
  text: string,
  file: string,
): { readonly checks: readonly SqlCheck[]; readonly problems: readonly Problem[] } {
  const { statements, problems: found } = splitStatements(text, file);
  const problems = [...found];
  const addProblem = problemSink(problems, file);
  const blocks = toBlocks(findCheckMarks(text, file), statements, addProblem);
  const checks = blocks.flatMap((block) => parseBlock(block, file, addProblem) ?? []);
  return {
    checks,
    // What is wrong in SQL is told in the words of SQL, whoever found it.
    problems: problems
      .map((problem): Problem => ({ ...problem, code: 'invalid-sql' }))
      .toSorted((left, right) => (left.at?.line ?? 0) - (right.at?.line ?? 0)),
  };
}

function toBlocks(
  marks: readonly CheckMark[],
  statements: readonly Statement[],
  addProblem: ProblemSink,
): readonly Block[] {
  const blocks: Block[] = [];
  const inner = marks.filter((mark) => statements.some((statement) => isInside(mark, statement)));
  for (const { line, kind } of inner) {
    addProblem(line, `"-- ${kind}:" stands inside a statement`, 'end the statement before it with ";"');
  }
  const parts = [...marks.filter((mark) => !inner.includes(mark)), ...statements];
  for (const part of parts.toSorted((left, right) => left.line - right.line)) {
    const block = blocks.at(-1);
    if ('text' in part) addStatement(part, block, addProblem);
    else if (part.kind === 'check') {
      blocks.push({ mark: part, metric: [], examples: [], examplesMark: undefined });
    } else if (!block || block.examplesMark) {
      addProblem(
        part.line,
        '"-- examples:" stands under no check',
        'put it under the SELECT of a check, once',
      );
    } else block.examplesMark = part;
  }
  return blocks;
}

function isInside({ line }: CheckMark, { line: first, text }: Statement): boolean {
  return line > first && line < first + text.split('\n').length;
}

function addStatement(statement: Statement, block: Block | undefined, addProblem: ProblemSink): void {
  if (block) (block.examplesMark ? block.examples : block.metric).push(statement);
  else addProblem(statement.line, 'the statement belongs to no check', 'put "-- check: <name>" above it');
}

function parseBlock(block: Block, file: string, addProblem: ProblemSink): SqlCheck | undefined {
  const { mark, metric, examples, examplesMark } = block;
  const header = parseCheckHeader(mark, addProblem);
  if (!header) return undefined;
  const about = addProblemAbout(addProblem, `check ${header.name}`);
  const statement = onlySelect(metric, mark.line, about);
  const listed = examplesMark && onlySelect(examples, examplesMark.line, about);
  if (!statement || (examplesMark && !listed)) return undefined;
  return { kind: 'sql', ...header, statement, examples: listed, at: { file, line: mark.line } };
}

const LOCKS_ROWS = /^(?:FOR (?:UPDATE|SHARE)|IN SHARE)$/;

function onlySelect(
  statements: readonly Statement[],
  line: number,
  addProblem: ProblemSink,
): Statement | undefined {
  const [statement, second] = statements;
  if (!statement) return addProblem(line, 'there is no statement under it', 'write one SELECT');
  if (second) {
    const fix = 'write one SELECT a check; to list keys put "-- examples:" above the second one';
    return addProblem(second.line, 'a second statement', fix);
  }
  const flaw = judgeSelect(statement);
  if (flaw) return addProblem(statement.line, `its statement ${flaw.message}`, flaw.fix);
  const words = [...codeTokens(statement)].map(({ text }) => text.toUpperCase());
  if (words.some((word, at) => LOCKS_ROWS.test(`${word} ${words[at + 1] ?? ''}`))) {
    return addProblem(
      statement.line,
      'its statement locks rows',
      'remove FOR UPDATE or FOR SHARE: it only asks',
    );
  }
  return statement;
}

/** Reads the list under `checks: builtin:`; each item is one of the ten names with its options. */
export function parseBuiltinChecks(
  node: YamlNode | undefined,
  file: string,
  addProblem: ProblemSink,
): readonly BuiltinCheck[] {
  if (node === undefined) return [];
  const about = addProblemAbout(addProblem, 'checks: builtin');
  if (node.kind !== 'list') {
    about(
      node.line,
      `expected a list, found ${describeNode(node)}`,
      'write "- unique: { table: …, columns: […] }"',
    );
    return [];
  }
  return node.items.flatMap((item) => parseBuiltinCheck(item, file, about) ?? []);
}

/** Checks of a manifest and its file that share a name: their results could not be told apart. */
export function findTwinChecks(checks: readonly Check[]): readonly Problem[] {
  const seen = new Map<string, Check>();
  return checks.flatMap((check): readonly Problem[] => {
    const first = seen.get(check.name);
    if (!first) {
      seen.set(check.name, check);
      return [];
    }
    return [
      {
        code: check.kind === 'sql' ? 'invalid-sql' : 'invalid-manifest',
        message: `a check named "${check.name}" is there already, at ${first.at.file}:${first.at.line}`,
        at: check.at,
        fix: 'give one of them another name',
      },
    ];
  });
}
