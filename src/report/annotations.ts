import type { Location, Problem } from '../errors.ts';
import type { Violation } from '../policy/violation.ts';
import {
  blockingViolations,
  excusedViolations,
  problemsToShow,
  warningsToShow,
  warningViolations,
} from './findings.ts';
import type { Report } from './report.ts';
import { clamp, toVisible, toVisibleLine } from '../wording/visible.ts';
import { withoutCommands } from '../wording/workflow-command.ts';

export type AnnotationLevel = 'error' | 'warning' | 'notice';

/** A remark on a line of the user's files, in text that holds no command; `file` is relative to the working directory. */
export interface Annotation {
  readonly level: AnnotationLevel;
  readonly file: string | undefined;
  readonly line: number | undefined;
  readonly title: string;
  readonly message: string;
}

/** The runner takes no more of a level from one step. */
const MOST_OF_A_LEVEL = 10;
/** The runner cuts messages there. */
const LONGEST_MESSAGE = 4096;

interface Remark {
  readonly title: string;
  readonly at: Location | undefined;
  readonly message: string;
}

/** What is wrong, worst first, at most ten of each level; the last of a level says how many more there are. */
export function annotations(report: Report): readonly Annotation[] {
  return [
    ...atLevel('error', [
      ...problemsToShow(report).map(aboutProblem),
      ...blockingViolations(report).map(aboutViolation),
      ...report.mismatches.map(({ key, at, recorded, current }) => ({
        title: 'changed after it was applied',
        at,
        message: withFix(
          `changeset ${key} ran with checksum ${recorded} but its file has ${current} now`,
          'put the file back as it was when it ran, and make the change in a new changeset; if both texts are right, list the recorded checksum under validCheckSum',
        ),
      })),
    ]),
    ...atLevel('warning', [
      ...warningViolations(report).map(aboutViolation),
      ...warningsToShow(report).map(aboutProblem),
    ]),
    ...atLevel('notice', excusedViolations(report).map(aboutExcused)),
  ];
}

/** One remark that belongs to no file. */
export function remark(level: AnnotationLevel, title: string, message: string): readonly Annotation[] {
  return atLevel(level, [{ title, at: undefined, message }]);
}

function aboutProblem({ code, at, message, fix }: Problem): Remark {
  return { title: code, at, message: withFix(message, fix) };
}

function aboutViolation({ rule, at, message, fix }: Violation): Remark {
  return { title: rule, at, message: withFix(message, fix) };
}

function aboutExcused({ rule, at, message, excused }: Violation): Remark {
  return { title: `${rule} (excused)`, at, message: `${message}\nexcused: ${excused}` };
}

function withFix(message: string, fix: string | undefined): string {
  return fix === undefined ? message : `${clamp(message, 3000)}\nfix: ${fix}`;
}

function atLevel(level: AnnotationLevel, remarks: readonly Remark[]): readonly Annotation[] {
  const distinct = [
    ...new Map(remarks.map((remark) => [JSON.stringify([remark.at, remark.message]), remark])).values(),
  ];
  const missing = distinct.length - MOST_OF_A_LEVEL;
  return distinct.slice(0, MOST_OF_A_LEVEL).map(({ title, at, message }, index) => {
    const isLast = missing > 0 && index === MOST_OF_A_LEVEL - 1;
    const more = isLast ? `\n… and ${missing} more: see the step summary` : '';
    const body = withoutCommands(toVisible(clamp(message, LONGEST_MESSAGE)));
    return {
      level,
      file: at?.file,
      line: at?.line,
      title: withoutCommands(toVisibleLine(title, 200)),
      message: clamp(body, LONGEST_MESSAGE - more.length) + more,
    };
  });
}
