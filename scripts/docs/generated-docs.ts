import { COLUMN_KEYS, COLUMN_TYPES } from '../../src/pipeline/manifest/column-keys.ts';
import { CHECKS_KEYS, DATASET_KEYS, ROOT_KEYS } from '../../src/pipeline/manifest/manifest-keys.ts';
import { reportSchema } from '../../src/report/schema/report-schema.ts';
import { LOG_EVENTS } from '../../src/log/log-events.ts';
import { changelogSchema } from './changelog-schema.ts';
import { fillChangelogTables } from './changelog-tables.ts';
import { keyTable } from './key-table.ts';
import { pipelineSchema } from './pipeline-schema.ts';
import { fillSection } from './fill-section.ts';
import { fillTables } from './input-tables.ts';
import { fillPolicyTables } from './policy-tables.ts';
import { markdownTable } from './markdown-table.ts';

/** A file of which all or a part is generated. */
export interface GeneratedDoc {
  /** From the root of the repository. */
  readonly path: string;
  /** The whole text of the file as it should be; `read` gives files as they are. */
  readonly render: (read: (path: string) => string) => string;
}

export const generatedDocs: readonly GeneratedDoc[] = [
  { path: 'docs/report.schema.json', render: () => jsonFile(reportSchema) },
  { path: 'docs/changelog.schema.json', render: () => jsonFile(changelogSchema()) },
  { path: 'docs/pipeline.schema.json', render: () => jsonFile(pipelineSchema()) },
  {
    path: 'docs/inputs-and-outputs.md',
    render: (read) => fillTables(read('docs/inputs-and-outputs.md'), read('action.yml')),
  },
  { path: 'docs/policy.md', render: (read) => fillPolicyTables(read('docs/policy.md')) },
  {
    path: 'docs/logs.md',
    render: (read) => fillSection(read('docs/logs.md'), 'events', eventTable()),
  },
  {
    path: 'docs/changelog.md',
    render: (read) => fillChangelogTables(read('docs/changelog.md')),
  },
  {
    path: 'docs/manifest.md',
    render: (read) => {
      const types = markdownTable(['type', 'column of the table', 'accepted'], COLUMN_TYPES);
      return [
        ...([
          ['root', ROOT_KEYS],
          ['dataset', DATASET_KEYS],
          ['column', COLUMN_KEYS],
          ['checks', CHECKS_KEYS],
        ] as const),
      ].reduce(
        (text, [name, keys]) => fillSection(text, name, keyTable(keys)),
        fillSection(read('docs/manifest.md'), 'types', types),
      );
    },
  },
];

function jsonFile(schema: object): string {
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function eventTable(): string {
  const rows = Object.entries(LOG_EVENTS).map(([name, meaning]) => [`\`${name}\``, meaning]);
  return markdownTable(['event', 'written when'], rows);
}
