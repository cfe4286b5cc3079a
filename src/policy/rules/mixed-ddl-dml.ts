import type { Rule } from '../rule.ts';

/** DDL and DML in one changeset: what ran before a failure stays, what comes after it is missing. */
export const mixedDdlDml: Rule = {
  name: 'mixed-ddl-dml',
  severity: 'warning',
  destructive: false,
  excusable: true,
  example: 'CREATE TABLE a (id INT PRIMARY KEY); INSERT INTO a VALUES (1)',
  check: ({ statements }) => {
    const parts = statements.filter(({ effect }) => effect !== 'none');
    const rows = parts.filter(({ effect }) => effect === 'rows').length;
    const hasDefinition = parts.some(({ effect }) => effect === 'definition');
    const turn = parts.find(({ effect }) => effect !== parts[0]?.effect);
    // Tables that vanish by themselves and one statement beside them cannot be left half done.
    if (!turn || rows === 0 || (!hasDefinition && rows === 1)) return [];
    return [
      {
        statements: parts.map(({ statement }) => statement),
        line: turn.statement.line,
        message: hasDefinition
          ? 'mixes DDL, which commits by itself, with changes of rows: a failure in the middle leaves half of it'
          : 'creates or drops temporary tables, so its changes of rows are not one transaction',
        fix: 'put the changes of rows into a changeset of their own: alone they are one transaction',
      },
    ];
  },
};
