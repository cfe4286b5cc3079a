import { readAssignments, readHintAssignments, type Assignment } from '../reading/assignments.ts';
import type { Reading } from '../reading/reading.ts';
import { inEachCommand, type Finding, type Found, type Rule } from '../rule.ts';

const CHECKS = ['foreign_key_checks', 'unique_checks'];
const ON = /^(?:1|on|true|default)$/i;
const STRICT = /STRICT_TRANS_TABLES|STRICT_ALL_TABLES|TRADITIONAL/i;

/** Writes that the server would refuse and now takes: foreign keys to nothing, values cut to fit. */
export const uncheckedWrites: Rule = {
  name: 'unchecked-writes',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'SET foreign_key_checks = 0',
  check: (reading) => [...inSet(reading), ...inHints(reading)],
};

const inSet = inEachCommand(['SET'], ({ tokens }) => readAssignments(tokens).flatMap(judge));

function inHints({ statements }: Reading): readonly Finding[] {
  return statements.flatMap(({ statement, hints }) =>
    hints.flatMap((hint) =>
      readHintAssignments(hint)
        .flatMap(judge)
        .map(({ line = hint.line, ...found }) => ({ ...found, statements: [statement], line })),
    ),
  );
}

function judge({ name, value, line }: Assignment): readonly Found[] {
  const first = value[0];
  if (!first) return [];
  // What a variable held before is put back.
  const isVariable = first.kind === 'variable';
  const text = first.text.replace(/^['"]|['"]$/g, '');
  if (CHECKS.includes(name) && !isVariable && !ON.test(text)) {
    const what = name === 'unique_checks' ? 'duplicates' : 'foreign keys that point to nothing';
    return [
      {
        line,
        message: `${name} is off: ${what} may get in, and nothing finds them later`,
        fix: 'leave it on, and order the statements by their foreign keys',
      },
    ];
  }
  const isMode =
    name === 'sql_mode' && value.length === 1 && ['string', 'dquoted', 'word'].includes(first.kind);
  if (!isMode || /^default$/i.test(text) || STRICT.test(text)) return [];
  return [
    {
      line,
      message: `sql_mode "${text}" is not strict: values that do not fit are changed in silence`,
      fix: 'add STRICT_TRANS_TABLES',
    },
  ];
}
