import {
  CHANGESET_KEYS,
  ENTRY_KEYS,
  INCLUDE_ALL_KEYS,
  INCLUDE_KEYS,
  REACTION_KEYS,
  ROOT_KEYS,
} from '../../src/changelog/parse/changelog-keys.ts';
import {
  GROUP_KINDS,
  GROUP_MEANINGS,
  QUESTION_KEYS,
  QUESTION_KINDS,
  QUESTION_MEANINGS,
} from '../../src/changelog/parse/question-keys.ts';
import type { JsonSchema } from '../../src/yaml/json-schema.ts';
import { mapOf, propertiesOf } from './schema-of-keys.ts';

const CONDITIONS = { $ref: '#/$defs/conditions' };

/** The schema of a changelog file for editors. */
export function changelogSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Changelog of db-deploy',
    description: 'Lists the changesets that db-deploy runs, in their order.',
    ...mapOf(ROOT_KEYS),
    $defs: {
      entry: { ...mapOf(ENTRY_KEYS), required: [], minProperties: 1, maxProperties: 1 },
      changeSet: mapOf(CHANGESET_KEYS),
      include: mapOf(INCLUDE_KEYS),
      includeAll: mapOf(INCLUDE_ALL_KEYS),
      precondition: precondition(),
      conditions: conditions(),
      ...Object.fromEntries(QUESTION_KINDS.map((kind) => [kind, question(kind)])),
    },
  };
}

/** One condition, and what to do where it does not hold. */
function precondition(): JsonSchema {
  const kinds = [...QUESTION_KINDS, ...GROUP_KINDS];
  return {
    type: 'object',
    properties: { ...conditionProperties(), ...propertiesOf(REACTION_KEYS) },
    additionalProperties: false,
    oneOf: kinds.map((kind) => ({ required: [kind] })),
  };
}

/** What stands under `and`, `or`, `not`: a list of conditions, or a map where there is one of a kind. */
function conditions(): JsonSchema {
  const map = { type: 'object', properties: conditionProperties(), additionalProperties: false };
  return {
    anyOf: [
      { ...map, minProperties: 1 },
      { type: 'array', items: map, contains: { type: 'object', minProperties: 1 } },
    ],
  };
}

function conditionProperties(): Record<string, JsonSchema> {
  return Object.fromEntries([
    ...QUESTION_KINDS.map((kind) => [
      kind,
      { description: `Holds if ${QUESTION_MEANINGS[kind]}.`, $ref: `#/$defs/${kind}` },
    ]),
    ...GROUP_KINDS.map((kind) => [kind, { description: `Holds if ${GROUP_MEANINGS[kind]}.`, ...CONDITIONS }]),
  ]) as Record<string, JsonSchema>;
}

function question(kind: (typeof QUESTION_KINDS)[number]): JsonSchema {
  if (kind !== 'indexExists') return mapOf(QUESTION_KEYS[kind]);
  const which = [{ required: ['indexName'] }, { required: ['tableName', 'columnNames'] }];
  return mapOf(QUESTION_KEYS[kind], { anyOf: which });
}
