import { rules } from '../../src/policy/rules/index.ts';
import { statementClasses, type StatementClass } from '../../src/policy/statement-classes.ts';
import { fillSection } from './fill-section.ts';
import { markdownTable } from './markdown-table.ts';

const VERDICTS: readonly StatementClass['verdict'][] = ['refused', 'judged', 'harmless'];

/** Fills the tables of rules and of statements. */
export function fillPolicyTables(text: string): string {
  return fillSection(fillSection(text, 'rules', ruleTable()), 'statements', statementTable());
}

function ruleTable(): string {
  const rows = rules.map(({ name, severity, destructive, excusable, example }) => [
    code(name),
    severity,
    destructive ? 'both gates' : excusable ? 'a comment, a reason' : 'nothing',
    code(example),
  ]);
  return markdownTable(['rule', 'severity', 'what lets it pass', 'example'], rows);
}

function statementTable(): string {
  const ordered = VERDICTS.flatMap((verdict) => statementClasses.filter((one) => one.verdict === verdict));
  const rows = ordered.map(({ statement, verdict, rules: names, note = '' }) => [
    statement,
    verdict,
    names.map(code).join(' '),
    note,
  ]);
  return markdownTable(['statement', 'verdict', 'rules', 'note'], rows);
}

function code(text: string): string {
  return `\`${text.replaceAll('|', String.raw`\|`)}\``;
}
