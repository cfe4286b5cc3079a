/** A JSON Schema, draft 2020-12, or a part of one. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/**
 * An editor has read an unquoted `004` as a number and `true` as a boolean before it asks the schema, so where the
 * parser takes any text these have to pass too.
 */
const SCALARS = ['string', 'number', 'boolean'];
const FRACTION = { type: 'number', not: { type: 'integer' } };
const CONTROL = String.raw`\u0000-\u001f\u007f-\u009f\ud800-\udfff`;
const PART = String.raw`[^\s,]([^,]*[^\s,])?`;
const VISIBLE = String.raw`[^\s${CONTROL}]`;

/** What `readRaw` takes. */
export const anyText: JsonSchema = { type: SCALARS };

/** What `readLine` takes: one line, which may be empty. */
export const line: JsonSchema = { type: SCALARS, pattern: `^\\s*(${visible(255)})?\\s*$` };

/** What `readName` takes: one line of so many characters, with something in it. */
export function name(most = 255): JsonSchema {
  return { type: SCALARS, pattern: `^\\s*${visible(most)}\\s*$` };
}

/** A name, but none in which the pattern is found; a number with a point is a name with a dot. */
export function nameWithout(pattern: string, most?: number): JsonSchema {
  const found = { type: 'string', pattern };
  const hasDot = new RegExp(pattern, 'u').test('1.5');
  return { ...name(most), not: hasDot ? { anyOf: [found, FRACTION] } : found };
}

/** A path of the changelog, as far as a pattern can tell: not absolute, without a backslash. */
export const path: JsonSchema = nameWithout(String.raw`\\|^\s*(/|[A-Za-z]:)`);

/** A text that matches, blanks around it aside. */
export function matching(pattern: string): JsonSchema {
  return { type: 'string', pattern: `^\\s*(?:${pattern})\\s*$` };
}

/** What `readChoice` takes. The list is what editors offer; the pattern is for those who write it in capitals. */
export function choice(choices: readonly string[]): JsonSchema {
  return { anyOf: [{ enum: choices }, anyCase(choices.map(escape).join('|'))] };
}

/** What `readBoolean` takes. */
export const yesOrNo: JsonSchema = { anyOf: [{ type: 'boolean' }, anyCase('true|false')] };

/** What `readCount` takes. */
export const count: JsonSchema = {
  anyOf: [{ type: 'integer', minimum: 0, maximum: 999_999_999_999_999 }, matching(String.raw`\d{1,15}`)],
};

/** A text that matches in capitals too. */
export function anyCase(pattern: string): JsonSchema {
  return matching(pattern.replaceAll(/(?<!\\)[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`));
}

/** What `readNames` takes: a list of names, or one line with commas between them. */
export function names(): JsonSchema {
  return { anyOf: [{ type: 'array', items: name() }, commaList(PART, '?')] };
}

/** The same with one name at least. */
export function someNames(): JsonSchema {
  return { anyOf: [{ type: 'array', items: name(), minItems: 1 }, commaList(PART, '')] };
}

/** The same with paths. */
export const paths: JsonSchema = {
  anyOf: [
    { type: 'array', items: path },
    commaList(String.raw`(?!/|[A-Za-z]:)[^\s,\\]([^,\\]*[^\s,\\])?`, '?'),
  ],
};

function commaList(part: string, repeated: '' | '?'): JsonSchema {
  return { allOf: [line, { type: SCALARS, pattern: `^\\s*(${part}(\\s*,\\s*${part})*)${repeated}\\s*$` }] };
}

function visible(most: number): string {
  return `${VISIBLE}([^${CONTROL}]{0,${most - 2}}${VISIBLE})?`;
}

function escape(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
