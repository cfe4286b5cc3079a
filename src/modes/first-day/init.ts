import { grants } from '../grants/grants.ts';
import { renderWorkflows } from './workflows.ts';
import { writeNew } from './write-new.ts';

/** What a repository that deploys is made of. */
export interface InitRequest {
  readonly workingDirectory: string;
  readonly schema: string;
  readonly author: string;
  /** Team or person that reviews what reaches the database: `@org/dba`. */
  readonly owner: string;
  /** `org/db-deploy@v1`. */
  readonly uses: string;
}

/** Writes what is not there yet; what is there is named and left. */
export function init(request: InitRequest): readonly string[] {
  const files = render(request);
  const lines = Object.entries(files).map(([path, text]) =>
    writeNew(request.workingDirectory, path, text)
      ? `wrote ${path}`
      : `${path} is there already, and was left as it is`,
  );
  return [...lines, 'next: db-deploy validate, then db-deploy new "what the first change does"'];
}

function render(request: InitRequest): Readonly<Record<string, string>> {
  return {
    'changelog/changelog.yml': renderChangelog(request),
    'migrations/001_first.up.sql': FIRST,
    ...renderWorkflows(request),
    CODEOWNERS: renderOwners(request),
    'sql/rbac/roles.sql': renderRoles(request),
  };
}

const FIRST = `-- The first migration; replace it by your own before it has run anywhere.
CREATE TABLE example (
  id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,
  note VARCHAR(200) NOT NULL
);
`;

function renderChangelog({ author }: InitRequest): string {
  return `# The order of this file is the order in which changesets run; file names decide nothing.
# A changeset that has run is never edited: the next change is a new changeset at the end (db-deploy new "what it does").
databaseChangeLog:
  - changeSet:
      id: '001'
      author: '${author.replaceAll("'", "''")}'
      sqlFile: migrations/001_first.up.sql
      comment: the first table
`;
}

function renderOwners({ owner }: InitRequest): string {
  return `# What reaches a database, and what decides whether it may. Require reviews from code owners in the rule set of main.
/changelog/   ${owner}
/migrations/  ${owner}
/sql/         ${owner}
/.github/     ${owner}
/CODEOWNERS   ${owner}
`;
}

function renderRoles({ schema }: InitRequest): string {
  const of = (role: string, modes: Parameters<typeof grants>[0]['modes']): readonly string[] => [
    `CREATE ROLE IF NOT EXISTS '${role}';`,
    ...grants({ schema, modes, guarantee: 'best', backup: 'full', to: `'${role}'`, isRole: true }),
    '',
  ];
  return [
    '-- Roles of one environment. An administrator runs this: mysql -u root -p < sql/rbac/roles.sql',
    '-- Then each account gets its role: GRANT role TO account; SET DEFAULT ROLE ALL TO account;',
    '',
    '-- migrator: deploys, backs up and restores.',
    ...of('migrator', ['update', 'verify', 'rollback']),
    '-- planner: lists what is pending, and may change nothing.',
    ...of('planner', ['status', 'update-sql']),
  ].join('\n');
}
