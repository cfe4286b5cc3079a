import type { ColumnType } from '../manifest/manifest.ts';
import { describeRows } from './csv-sample.ts';
import type { Proposal, ProposedColumn } from './proposal.ts';

/** The staging table, as the SQL file of a changeset. */
export function renderTable({ table, columns, key, sample }: Proposal): string {
  const definitions = columns.map((column) => `  ${definition(column, key.includes(column.name))}`);
  const primary = key.length === 0 ? [] : [`  PRIMARY KEY (${key.map(quoteName).join(', ')})`];
  const missing =
    key.length === 0
      ? ['-- It has no key yet: add a PRIMARY KEY of the columns of "key" in the manifest.']
      : [];
  return [
    `-- Proposed by \`db-deploy scaffold\` from ${describeRows(sample)} of ${sample.file.replaceAll(/\p{Cc}/gu, '?')}.`,
    ...missing,
    `CREATE TABLE ${quoteName(table)} (`,
    [...definitions, ...primary].join(',\n'),
    ');',
    '',
  ].join('\n');
}

function definition(column: ProposedColumn, isKey: boolean): string {
  // To the letter, or two keys of which the source knows the difference would be one.
  const collation =
    isKey && column.type.kind === 'string' ? ' CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_bin' : '';
  return `${quoteName(column.name)} ${typeText(column)}${collation} ${isKey ? 'NOT NULL' : 'NULL'}`;
}

function typeText({ type, maxLength, longest, fractionDigits }: ProposedColumn): string {
  switch (type.kind) {
    case 'string':
      return maxLength === undefined ? (longest > 8000 ? 'LONGTEXT' : 'TEXT') : `VARCHAR(${maxLength})`;
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`;
    case 'boolean':
      return 'TINYINT(1)';
    case 'datetime':
    case 'time':
      return `${type.kind.toUpperCase()}${fractionDigits === 0 ? '' : `(${fractionDigits})`}`;
    default:
      return `${type.kind.toUpperCase()}${isUnsigned(type) ? ' UNSIGNED' : ''}`;
  }
}

function isUnsigned(type: ColumnType): boolean {
  return 'unsigned' in type && (type.unsigned ?? false);
}

function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
