import type { JsonSchema } from './json-schema.ts';
import type { KnownKeys } from './yaml-fields.ts';

/** A key of a file, as the parser takes it, as the reference page shows it and as editors offer it. */
export interface DocumentedKey {
  readonly key: string;
  /** What may be written, in words. */
  readonly type: string;
  /** What holds where it is left out; `undefined` where it must be there. */
  readonly default: string | undefined;
  readonly example: string;
  readonly meaning: string;
  readonly schema: JsonSchema;
}

export type KeyRow = readonly [
  key: string,
  type: string,
  standard: string | undefined,
  example: string,
  meaning: string,
  schema: JsonSchema,
];

/** In place of a default: the key must be there. */
export const MUST = undefined;

/** Gives the rows of a table their names. */
export function keyTable(rows: readonly KeyRow[]): readonly DocumentedKey[] {
  return rows.map(([key, type, standard, example, meaning, schema]) => ({
    ...{ key, type, default: standard, example, meaning, schema },
  }));
}

/** The keys as the reader of YAML wants them. */
export function knownKeys(keys: readonly DocumentedKey[], instead?: KnownKeys['instead']): KnownKeys {
  const known = (isRequired: boolean): string[] =>
    keys.filter((key) => (key.default === undefined) === isRequired).map(({ key }) => key);
  const base = { required: known(true), optional: known(false) };
  return instead ? { ...base, instead } : base;
}
