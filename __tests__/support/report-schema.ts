import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';

const path = join(import.meta.dirname, '../../docs/report.schema.json');
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(
  JSON.parse(readFileSync(path, 'utf8')) as object,
);

/** What the published schema has against the text of a report file; nothing when it is as documented. */
export function schemaErrors(reportJson: string): readonly string[] {
  if (validate(JSON.parse(reportJson))) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath, message, JSON.stringify(params)].join(' '),
  );
}
