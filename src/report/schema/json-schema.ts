/** A value as JSON has it: what is undefined is null there. */
export type Json<T> = undefined extends T
  ? Json<Exclude<T, undefined>> | null
  : T extends string | number | boolean | null
    ? T
    : T extends readonly (infer Item)[]
      ? readonly Json<Item>[]
      : { readonly [Key in keyof T]: Json<T[Key]> };

interface AnySchema {
  readonly json: Readonly<Record<string, unknown>>;
}

/** A JSON schema, and the type of what it lets through: the compiler keeps the two the same. */
export interface Schema<T> extends AnySchema {
  /** Never there at run time. A function, so that neither a wider nor a narrower type will do. */
  readonly type?: (value: T) => T;
}

/** A schema that others refer to by name. */
export interface NamedSchema<T> extends Schema<T> {
  readonly name: string;
  readonly body: AnySchema['json'];
}

type OptionalKey<T> = { [Key in keyof T]-?: object extends Pick<T, Key> ? Key : never }[keyof T];
type RequiredKey<T> = Exclude<keyof T, OptionalKey<T>>;

/** An object with these keys and no others. */
export function object<T>(
  required: { readonly [Key in RequiredKey<T>]: Schema<Json<T[Key]>> },
  optional: { readonly [Key in OptionalKey<T>]-?: Schema<Json<Exclude<T[Key], undefined>>> },
): Schema<Json<T>> {
  const properties = [...Object.entries<AnySchema>(required), ...Object.entries<AnySchema>(optional)];
  return {
    json: {
      type: 'object',
      additionalProperties: false,
      required: Object.keys(required),
      properties: Object.fromEntries(properties.map(([key, { json }]) => [key, json])),
    },
  };
}

/** The same schema with a sentence for its reader. */
export function about<T>(description: string, { json }: Schema<T>): Schema<T> {
  return { json: { description, ...json } };
}

export function listOf<T>(items: Schema<T>): Schema<readonly T[]> {
  return { json: { type: 'array', items: items.json } };
}

export function orNull<T>({ json }: Schema<T>): Schema<T | null> {
  return { json: { anyOf: [json, { type: 'null' }] } };
}

/** One of a closed set: a new value is a new version of the schema. */
export function choice<T extends string>(values: Readonly<Record<T, true>>): Schema<T> {
  return { json: { type: 'string', enum: Object.keys(values) } };
}

/** One of an open set of words: new ones may come with the same version. */
export function word<T extends string>(): Schema<T> {
  return { json: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' } };
}

export function constant<const T extends number>(value: T): Schema<T> {
  return { json: { const: value } };
}

export const text: Schema<string> = { json: { type: 'string' } };
export const yesOrNo: Schema<boolean> = { json: { type: 'boolean' } };
export const number: Schema<number> = { json: { type: 'number' } };
export const count: Schema<number> = { json: { type: 'integer', minimum: 0 } };

/** The beginning of a SHA-256. */
export const digits: Schema<string> = { json: { type: 'string', pattern: '^[0-9a-f]{12}$' } };

/** ISO 8601, UTC, to the millisecond. */
export const time: Schema<string> = {
  json: { type: 'string', pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$` },
};

/** Gives a schema a name: wherever it is used then, there is only a reference. */
export function named<T>(name: string, { json }: Schema<T>): NamedSchema<T> {
  return { name, body: json, json: { $ref: `#/$defs/${name}` } };
}

/** A schema that stands for itself, with those that it refers to. */
export function document(
  head: { readonly $id: string; readonly title: string; readonly description: string },
  root: AnySchema,
  definitions: readonly Pick<NamedSchema<unknown>, 'name' | 'body'>[],
): Readonly<Record<string, unknown>> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...head,
    ...root.json,
    $defs: Object.fromEntries(definitions.map(({ name, body }) => [name, body])),
  };
}
