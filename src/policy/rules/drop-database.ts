import { showAll } from '../reading/object-name.ts';
import { inEachCommand, type Rule } from '../rule.ts';

/** DROP DATABASE, DROP SCHEMA. */
export const dropDatabase: Rule = {
  name: 'drop-database',
  severity: 'error',
  destructive: true,
  excusable: false,
  example: 'DROP DATABASE shop',
  check: inEachCommand(['DROP'], ({ ddl }) => {
    if (ddl?.object !== 'DATABASE') return undefined;
    return [
      {
        message: `drops ${showAll('schema', ddl.names)} with everything in it`,
        fix: 'leave schemas to whoever runs the server',
      },
    ];
  }),
};
