import type { Risk } from '../../changelog/changeset.ts';
import { blockingViolations, contractViolations, isOfContract, problemsToShow } from '../findings.ts';
import { code, inline, nothing, text, type Markdown } from '../markdown/markdown.ts';
import type { Report, ReportedTable } from '../report.ts';
import { count } from '../wording.ts';
import { tableSize } from './comment-changesets.ts';

const LIGHTS: Readonly<Record<Risk, string>> = { low: '🟢', medium: '🟡', high: '🔴' };

/** The verdict, for a person who reads nothing else. */
export function headline(report: Report): Markdown {
  if (report.result === 'unknown')
    return inline`❓ ${nameOf(report)} did not answer: what would run there is not known`;
  if (report.result !== 'ok') return inline`⛔ ${refusal(report)}`;
  if (report.pending.length === 0)
    return inline`${hasAltered(report) || mayBreak(report) ? '🟡' : '✅'} ${nothingToDo(report)}`;
  return inline`${light(report)} ${plan(report)}`;
}

/** What is pending, for a plan that is refused: the headline says why. */
export function whatIsPending(report: Report): Markdown {
  return report.result !== 'ok' && report.pending.length > 0 ? inline`${plan(report)}.` : nothing;
}

function refusal(report: Report): Markdown {
  if (report.mode === 'validate') return inline`This pull request cannot be merged as it is: ${why(report)}`;
  if (report.planHash === undefined) return inline`No plan for ${nameOf(report)}: ${why(report)}`;
  return inline`${nameOf(report)} would refuse this: ${why(report)}`;
}

/** Counts of what is in the way; the words of a problem only where it is the only one. */
function why(report: Report): Markdown {
  const problems = problemsToShow(report);
  const merged = problems.filter(({ code: kind }) => kind === 'merged-changeset').length;
  const others = problems.length - merged;
  const blocking = blockingViolations(report);
  const contracts = blocking.filter(isOfContract).length;
  const parts = [
    [blocking.length - contracts, 'policy violation', 'policy violations'],
    [contracts, 'broken promise of a data contract', 'broken promises of a data contract'],
    [merged, 'merged changeset is changed', 'merged changesets are changed'],
    [report.mismatches.length, 'checksum mismatch', 'checksum mismatches'],
    [others, 'problem', 'problems'],
  ] as const;
  const found = parts.filter(([number]) => number > 0);
  const [first] = problems;
  if (first && found.length === 1 && others === 1) return text(first.message, 200);
  return found.length === 0
    ? text('no reason was given')
    : text(found.map(([number, one, many]) => count(number, one, many)).join(' and '));
}

function nothingToDo(report: Report): Markdown {
  if (report.mode !== 'validate') return inline`Nothing pending on ${nameOf(report)}`;
  if (report.comparedWith === undefined)
    return inline`The changelog is valid: ${count(report.changesetCount ?? 0, 'changeset')}`;
  if (hasAltered(report)) return inline`This pull request adds no changeset and ${altering(report)}`;
  if (mayBreak(report))
    return inline`This pull request adds no changeset; who reads a data contract may break`;
  return inline`This pull request adds no changeset; the changelog is valid`;
}

function mayBreak(report: Report): boolean {
  return contractViolations(report).length > 0;
}

/** What is declared otherwise of merged changesets: easy to overlook, and it may run SQL that nobody sees here. */
function alteredCount({ warnings }: Report): number {
  return warnings.filter(({ code: kind }) => kind === 'merged-changeset').length;
}

function hasAltered(report: Report): boolean {
  return report.mode === 'validate' && alteredCount(report) > 0;
}

function altering(report: Report): string {
  const number = alteredCount(report);
  return number === 1 ? 'alters how 1 merged changeset runs' : `alters how ${number} merged changesets run`;
}

function plan(report: Report): Markdown {
  const number = count(report.pending.length, 'changeset');
  const lead =
    report.mode === 'validate'
      ? inline`This pull request ${ofPullRequest(report)}`
      : inline`${number} would run on ${nameOf(report)}`;
  const parts = [risks(report), largest(report)].filter(({ markdown }) => markdown !== '');
  if (parts.length === 0) return lead;
  return inline`${lead}: ${{ markdown: parts.map(({ markdown }) => markdown).join(', ') }}`;
}

function ofPullRequest(report: Report): string {
  const { pending } = report;
  const added = pending.filter(({ reason }) => reason === 'new').length;
  const rerun = pending.length - added;
  const parts = [
    added > 0 ? [`adds ${count(added, 'changeset')}`] : [],
    rerun > 0 ? [`changes ${count(rerun, 'changeset')} that ${rerun === 1 ? 'runs' : 'run'} again`] : [],
    hasAltered(report) ? [altering(report)] : [],
  ].flat();
  const last = parts.pop();
  return parts.length === 0 ? (last ?? '') : `${parts.join(', ')} and ${last}`;
}

function risks({ pending }: Report): Markdown {
  const number = (risk: Risk): number => pending.filter((changeset) => changeset.risk === risk).length;
  const [high, medium] = [number('high'), number('medium')];
  if (high > 0) return inline`${high} high risk`;
  return medium > 0 ? inline`${medium} medium risk` : nothing;
}

/** The largest table of the plan is the one that a reviewer worries about. */
function largest({ tables, pending }: Report): Markdown {
  const [first, ...others] = tables.toSorted((left, right) => right.bytes - left.bytes);
  const names = new Set(pending.flatMap((changeset) => changeset.tables));
  if (!first) return names.size > 0 ? inline`touches ${list([...names])}` : nothing;
  const rest = others.length === 0 ? nothing : inline` and ${count(others.length, 'more table')}`;
  return inline`touches ${tableWithSize(first)}${rest}`;
}

function tableWithSize(table: ReportedTable): Markdown {
  return inline`${code(table.name, 64)} (${tableSize(table)})`;
}

function list(names: readonly string[]): Markdown {
  const shown = names.slice(0, 2).map((name) => code(name, 64).markdown);
  const missing = names.length - shown.length;
  return {
    markdown: missing > 0 ? `${shown.join(', ')} and ${count(missing, 'more table')}` : shown.join(' and '),
  };
}

function light(report: Report): string {
  if (blockingViolations(report).length > 0) return '⛔';
  const risksOf = new Set(report.pending.map(({ risk }) => risk));
  if (risksOf.has('high')) return LIGHTS.high;
  return risksOf.has('medium') || hasAltered(report) || mayBreak(report) ? LIGHTS.medium : LIGHTS.low;
}

function nameOf({ environment, target }: Report): Markdown {
  if (environment !== undefined) return code(environment, 100);
  return target ? inline`${code(target.schema, 64)} on ${code(target.host, 100)}` : inline`the target`;
}
