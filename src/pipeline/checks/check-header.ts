import type { ProblemSink } from '../../yaml/problem-sink.ts';
import { closest, didYouMean } from '../../yaml/did-you-mean.ts';
import type { CheckMark } from './check-marks.ts';
import type { CheckSeverity } from '../manifest/manifest.ts';

/** What a comment says of the check under it. */
export interface CheckHeader {
  readonly name: string;
  readonly severity: CheckSeverity;
  readonly threshold: number;
}

export const SEVERITIES: readonly CheckSeverity[] = ['error', 'warning'];
const FORM = 'write -- check: <name> severity: error threshold: 0';
const OPTIONS = ['severity', 'threshold'];
const NAME = /^[A-Za-z_][\w.-]{0,199}$/;

/** Whether a check can be called that: its results are kept under the name. */
export function isCheckName(name: string): boolean {
  return NAME.test(name);
}

/** A threshold as its column keeps it, six places behind the point. */
export function parseThreshold(text: string): number | undefined {
  return /^-?\d{1,15}(?:\.\d{1,6})?$/.test(text) ? Number(text) : undefined;
}

/** Reads `orphan_orders severity: error threshold: 0`; severity and threshold may be left out. */
export function parseCheckHeader(mark: CheckMark, addProblem: ProblemSink): CheckHeader | undefined {
  const [name = '', ...words] = mark.rest.split(/\s+/);
  if (!isCheckName(name)) {
    return addProblem(
      mark.line,
      name === '' ? 'the check has no name' : `"${name}" is no name for a check`,
      FORM,
    );
  }
  const options = new Map<string, string>();
  for (let at = 0; at < words.length; at += 2) {
    const [key, value] = [words[at]?.replace(/:$/, '') ?? '', words[at + 1]];
    if (!OPTIONS.includes(key) || !words[at]?.endsWith(':')) {
      const meant = closest(key, OPTIONS);
      return addProblem(
        mark.line,
        `check ${name}: "${words[at]}" means nothing here`,
        meant === undefined || key === meant ? FORM : didYouMean(`${meant}:`),
      );
    }
    if (value === undefined) return addProblem(mark.line, `check ${name}: "${key}:" has no value`, FORM);
    if (options.has(key)) return addProblem(mark.line, `check ${name}: "${key}:" is given twice`, 'keep one');
    options.set(key, value);
  }
  return toHeader(name, options, mark.line, addProblem);
}

function toHeader(
  name: string,
  options: ReadonlyMap<string, string>,
  line: number,
  addProblem: ProblemSink,
): CheckHeader | undefined {
  const given = options.get('severity') ?? 'error';
  const severity = SEVERITIES.find((known) => known === given);
  if (!severity) {
    return addProblem(
      line,
      `check ${name}: "${given}" is no severity`,
      `write one of ${SEVERITIES.join(', ')}`,
    );
  }
  const threshold = parseThreshold(options.get('threshold') ?? '0');
  if (threshold === undefined) {
    return addProblem(
      line,
      `check ${name}: "${options.get('threshold')}" is no threshold`,
      'write a number such as 0',
    );
  }
  return { name, severity, threshold };
}
