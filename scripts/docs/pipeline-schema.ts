import { CHECKS_KEYS, DATASET_KEYS, ROOT_KEYS } from '../../src/pipeline/manifest/manifest-keys.ts';
import { COLUMN_KEYS } from '../../src/pipeline/manifest/column-keys.ts';
import { BUILTIN_CHECKS, CHECK_KEYS, CHECK_MEANINGS } from '../../src/pipeline/checks/check-keys.ts';
import type { BuiltinCheckName } from '../../src/pipeline/manifest/builtin-rule.ts';
import { choice, type JsonSchema } from '../../src/yaml/json-schema.ts';
import { mapOf } from './schema-of-keys.ts';

/** The schema of a pipeline manifest for editors. */
export function pipelineSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Pipeline manifest of db-deploy',
    description: 'Names the CSV sources, the SQL that builds from them, and the checks.',
    ...mapOf(ROOT_KEYS),
    $defs: {
      dataset: dataset(),
      column: column(),
      checks: mapOf(CHECKS_KEYS),
      check: {
        type: 'object',
        properties: Object.fromEntries(
          BUILTIN_CHECKS.map((name) => [
            name,
            { description: `Counts ${CHECK_MEANINGS[name]}.`, $ref: `#/$defs/${name}` },
          ]),
        ),
        additionalProperties: false,
        minProperties: 1,
        maxProperties: 1,
      },
      ...Object.fromEntries(BUILTIN_CHECKS.map((name) => [name, check(name)])),
    },
  };
}

/** Columns come from here or from a contract; rows that are late can be skipped only where one knows which are. */
function dataset(): JsonSchema {
  return mapOf(DATASET_KEYS, {
    oneOf: [{ required: ['columns'] }, { required: ['contract'] }],
    if: { properties: { late: choice(['skip']) }, required: ['late'] },
    // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
    then: {
      required: ['watermark'],
      not: { properties: { deletes: choice(['close']) }, required: ['deletes'] },
    },
  });
}

/** Two keys are for texts alone. */
function column(): JsonSchema {
  return mapOf(COLUMN_KEYS, {
    if: { properties: { type: choice(['string']) } },
    else: { properties: { maxLength: false, pattern: false } },
  });
}

function check(name: BuiltinCheckName): JsonSchema {
  const keys = CHECK_KEYS[name];
  if (name === 'reconcile') return mapOf(keys, { dependentRequired: { toColumn: ['column'] } });
  const isBounded = keys.some(({ key }) => key === 'min');
  return mapOf(keys, isBounded ? { anyOf: [{ required: ['min'] }, { required: ['max'] }] } : {});
}
