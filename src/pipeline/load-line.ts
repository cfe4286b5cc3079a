import type { RowValues } from './judge-row.ts';

/** What begins and ends values, lines and escapes in a line of LOAD DATA. */
const SPECIAL = /[\\\t\n]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n' };

/**
 * A row as LOAD DATA reads it with tabs between the values: two rows have the same line exactly if they have the same
 * values, NULL and the text `\N` told apart.
 */
export function loadLine(values: RowValues): string {
  let line = toField(values[0]!);
  for (let index = 1; index < values.length; index += 1) line += `\t${toField(values[index]!)}`;
  return line;
}

function toField(value: string | null): string {
  if (value === null) return '\\N';
  return SPECIAL.test(value) ? value.replaceAll(/[\\\t\n]/g, (sign) => ESCAPES[sign]!) : value;
}

/** The values of a line, as they went in. */
export function lineValues(line: string): RowValues {
  return line.split('\t').map((field) => {
    if (field === '\\N') return null;
    return field.includes('\\')
      ? field.replaceAll(/\\([\\tn])/g, (_, sign) => (sign === 't' ? '\t' : sign === 'n' ? '\n' : '\\'))
      : field;
  });
}
