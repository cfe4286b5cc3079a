/**
 * The text of a JSON document keeps no types: DECIMAL 19.90 is read as DOUBLE, a DATE as STRING. What is lost is found
 * by the server, as a list of the values of such types with their numbers in the order in which paths with wildcards
 * find them; the root has none.
 */

/** Types that text loses, with a letter each; `i` is the one INTEGER that is read as UNSIGNED INTEGER. */
const LETTERS = {
  n: 'DECIMAL',
  d: 'DATE',
  t: 'TIME',
  e: 'DATETIME',
  s: 'TIMESTAMP',
  u: 'UNSIGNED INTEGER',
  b: 'BLOB',
  a: 'BIT',
  o: 'OPAQUE',
} as const;
const LARGEST = '9223372036854775807';

const LOST = Object.values(LETTERS)
  .map((type) => `'${type}'`)
  .join(', ');

function letterOf(value: string): string {
  const letters = Object.keys(LETTERS)
    .map((letter) => `'${letter}'`)
    .join(', ');
  return `IF(JSON_TYPE(${value}) = 'INTEGER', 'i', ELT(FIELD(JSON_TYPE(${value}), ${LOST}), ${letters}))`;
}

function isLost(value: string): string {
  // Documents compare by value, so the number is compared as text.
  return `(JSON_TYPE(${value}) IN (${LOST}) OR (JSON_TYPE(${value}) = 'INTEGER' AND CAST(${value} AS CHAR) = '${LARGEST}'))`;
}

/**
 * An expression for the types that the text of a document loses: `2d7u` for a DATE in the second and an UNSIGNED INTEGER
 * in the seventh place, `0n` for a document that is a DECIMAL; NULL where it loses none. It needs the largest
 * `group_concat_max_len`.
 */
export function selectLostTypes(column: string): string {
  return `IF(JSON_TYPE(${column}) IN ('OBJECT', 'ARRAY'),
    (SELECT GROUP_CONCAT(CONCAT(found.n, ${letterOf('found.v')}) ORDER BY found.n SEPARATOR '')
      FROM JSON_TABLE(JSON_EXTRACT(${column}, '$**.*', '$**[*]'), '$[*]'
        COLUMNS (n FOR ORDINALITY, v JSON PATH '$')) AS found WHERE ${isLost('found.v')}),
    IF(${isLost(column)}, CONCAT('0', ${letterOf(column)}), NULL))`;
}

interface Node {
  readonly path: string;
  /** Of a scalar: its text. */
  readonly text: string;
  readonly kind: 'object' | 'array' | 'scalar';
  readonly children: readonly Node[];
}

/** An expression that makes a document again from its text and its lost types; undefined where one cannot be written. */
export function fixTypes(text: string, lost: string): string | undefined {
  const root = parse(text);
  const places = [root, ...inMembers(root), ...inElements(root)];
  const values: string[] = [];
  for (const [, place = '', letter = ''] of lost.matchAll(/(\d+)([a-z])/g)) {
    const node = places[Number(place)];
    const value = node?.kind === 'scalar' ? typedValue(letter, node.text) : undefined;
    if (node === undefined || value === undefined) return undefined;
    // A path may not name the root alone as something to be set in a scalar: it is the value itself.
    if (node === root) return value === '' ? undefined : `CAST(${value} AS JSON)`;
    values.push(`${sqlText(node.path)}, ${value}`);
  }
  return `JSON_SET(CAST(${sqlText(text)} AS JSON), ${values.join(', ')})`;
}

/** What `$**.*` finds: all members of an object before what is in them. */
function inMembers(node: Node): readonly Node[] {
  const own = node.kind === 'object' ? node.children : [];
  return [...own, ...node.children.flatMap(inMembers)];
}

function inElements(node: Node): readonly Node[] {
  const own = node.kind === 'array' ? node.children : [];
  return [...own, ...node.children.flatMap(inElements)];
}

function typedValue(letter: string, text: string): string | undefined {
  // A string of these types has no escapes in it.
  const plain = text.startsWith('"') ? text.slice(1, -1) : text;
  switch (letter) {
    case 'n':
      return /[.]/.test(plain) ? plain : `${plain}.`;
    case 'u':
      return `CAST(${plain} AS UNSIGNED)`;
    case 'i':
      return `CAST(${plain} AS SIGNED)`;
    case 'd':
      return `CAST('${plain}' AS DATE)`;
    case 't':
      return `CAST('${plain}' AS TIME(6))`;
    case 'e':
      return `CAST('${plain}' AS DATETIME(6))`;
    case 's':
      return `(SELECT made.v FROM JSON_TABLE('"${plain}"', '$' COLUMNS (v TIMESTAMP(6) PATH '$')) AS made)`;
    case 'a':
      return bitValue(plain);
    default:
      return opaqueValue(plain);
  }
}

function opaqueOf(text: string): readonly [type: number, base64: string] | undefined {
  // What is long is printed in lines.
  const [, type, base64] = /^base64:type(\d+):([\w+/=]*)$/.exec(text.replaceAll(String.raw`\n`, '')) ?? [];
  return type === undefined || base64 === undefined ? undefined : [Number(type), base64];
}

function bitValue(text: string): string | undefined {
  const [, base64] = opaqueOf(text) ?? [];
  const bytes = Buffer.from(base64 ?? '', 'base64');
  if (bytes.length === 0 || bytes.length > 8) return undefined;
  const value = BigInt(`0x${bytes.toString('hex')}`);
  return `(SELECT made.v FROM JSON_TABLE('${value}', '$' COLUMNS (v BIT(${bytes.length * 8}) PATH '$')) AS made)`;
}

/** Numbers of the server's column types, as a document keeps them beside bytes. */
const BYTES = { varbinary: 15, mediumblob: 250, longblob: 251, blob: 252, binary: 254 } as const;

/**
 * An expression of the type that the bytes have: the server takes it from a column, and JSON_TABLE has columns. Only
 * TINYBLOB cannot be had, for JSON_TABLE makes a BLOB of it.
 */
function opaqueValue(text: string): string | undefined {
  const [type, base64 = ''] = opaqueOf(text) ?? [];
  const size = Buffer.from(base64, 'base64').length;
  const decoded = (column: string): string =>
    `(SELECT FROM_BASE64(made.v) FROM ${asColumn(`'"${base64}"'`, column)})`;
  const varbinary = `CAST(${decoded('MEDIUMBLOB')} AS BINARY(${size}))`;
  switch (Number(type)) {
    case BYTES.varbinary:
      return varbinary;
    case BYTES.mediumblob:
      return decoded('MEDIUMBLOB');
    case BYTES.longblob:
      return decoded('LONGBLOB');
    case BYTES.blob:
      // Of the two types the wider one counts; the first value is always NULL.
      return `COALESCE((SELECT made.v FROM ${asColumn(`'1'`, 'BLOB', '$.none')}), ${varbinary})`;
    case BYTES.binary:
      return `(SELECT made.v FROM ${asColumn(`CAST(FROM_BASE64('${base64}') AS JSON)`, `BINARY(${size})`)})`;
    default:
      return undefined;
  }
}

function asColumn(document: string, column: string, path = '$'): string {
  return `JSON_TABLE(${document}, '$' COLUMNS (v ${column} PATH '${path}' ERROR ON ERROR)) AS made`;
}

function sqlText(text: string): string {
  return `_utf8mb4'${text.replaceAll('\\', '\\\\').replaceAll("'", String.raw`\'`)}'`;
}

const STRING = /"(?:[^"\\]|\\[^])*"/y;
const SCALAR = /[^\s,\]}]+/y;

/** Keeps the order of members, which `JSON.parse` does not, and the digits of numbers. */
function parse(text: string): Node {
  let at = 0;
  const skip = (): void => {
    while (' \n\t\r,:'.includes(text.charAt(at)) && at < text.length) at += 1;
  };
  const match = (form: RegExp): string => {
    form.lastIndex = at;
    const [found] = form.exec(text) ?? [];
    if (found === undefined)
      throw new Error(`the server gave a document that is not JSON: ${text.slice(0, 100)}`);
    at += found.length;
    return found;
  };
  const read = (path: string): Node => {
    skip();
    const first = text.charAt(at);
    if (first === '{') return readObject(path);
    if (first === '[') return readArray(path);
    return { path, text: match(first === '"' ? STRING : SCALAR), kind: 'scalar', children: [] };
  };
  const readObject = (path: string): Node => {
    const children: Node[] = [];
    at += 1;
    for (skip(); text.charAt(at) !== '}'; skip()) children.push(read(`${path}.${match(STRING)}`));
    at += 1;
    return { path, text: '', kind: 'object', children };
  };
  const readArray = (path: string): Node => {
    const children: Node[] = [];
    at += 1;
    for (skip(); text.charAt(at) !== ']'; skip()) children.push(read(`${path}[${children.length}]`));
    at += 1;
    return { path, text: '', kind: 'array', children };
  };
  return read('$');
}
