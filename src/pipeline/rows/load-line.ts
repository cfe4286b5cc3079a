import type { RowValues } from './judge-row.ts';
import type { Column } from '../manifest/manifest.ts';

/** What begins and ends values, lines and escapes in a line of LOAD DATA. */
const SPECIAL = /[\\\t\n]/;
const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', '\t': '\\t', '\n': '\\n' };

/**
 * Writes rows as LOAD DATA reads them, with tabs between the values: two rows have the same line exactly if they have
 * the same values, NULL and the text `\N` told apart. Only text and JSON can hold what has a meaning there.
 */
export function lineWriter(
  columns: readonly Pick<Column, 'type'>[],
): (values: Readonly<RowValues>) => string {
  const needsEscape = columns.map(({ type }) => type.kind === 'string' || type.kind === 'json');
  const fields: string[] = [];
  return (values) => {
    for (let index = 0; index < needsEscape.length; index += 1) {
      const value = values[index]!;
      fields[index] = value === null ? '\\N' : needsEscape[index] ? escaped(value) : value;
    }
    return fields.join('\t');
  };
}

function escaped(value: string): string {
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
