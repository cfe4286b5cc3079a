import type { ColumnType } from '../manifest/manifest.ts';
import { RFC_4180 } from '../manifest/csv-dialect.ts';
import { describeRows } from './csv-sample.ts';
import type { Proposal, ProposedColumn } from './proposal.ts';

/** The dataset as it stands under `datasets:`. */
export function renderDataset(proposal: Proposal): string {
  const { name, table, columns, key, changedAt, sample } = proposal;
  const unique = `unique in ${describeRows(sample)}`;
  const keyLine =
    key.length === 0
      ? `key: [] # no column, and no two or three of them, were unique in ${describeRows(sample)}: name what makes a row unique`
      : `key: [${key.map(yamlText).join(', ')}] # ${unique}; see that it always is`;
  const lines = [
    `- name: ${yamlText(name)}`,
    `  files: ${yamlText(globOf(sample.file))}`,
    `  table: ${yamlText(table)}`,
    `  ${keyLine}`,
    ...(changedAt === undefined
      ? []
      : [
          `  # watermark: ${yamlText(changedAt)} # with "required: true" there, if every change in the source makes it grow`,
        ]),
    ...formLines(proposal).map((line) => `  ${line}`),
    '  columns:',
    ...columns.map((column) => `    ${columnLine(column, key.includes(column.name))}`),
  ];
  return lines.map((line) => `  ${line}`).join('\n');
}

/** The manifest, for a project that has none. */
export function renderManifest(proposal: Proposal): string {
  const { sample } = proposal;
  return [
    `# Proposed by \`db-deploy scaffold\` from ${describeRows(sample)} of ${oneLine(sample.file)}: look at the key, the types and the form.`,
    'datasets:',
    renderDataset(proposal),
    '',
  ].join('\n');
}

function formLines({ sample: { dialect }, notation, columns, otherDates }: Proposal): readonly string[] {
  const { delimiter, quote, escape, encoding } = dialect;
  const renamed = columns.filter(({ title, name }) => title !== name);
  const dates =
    otherDates === undefined ? '' : ` # or ${otherDates}: by the rows that were read it may be either`;
  return [
    ...(delimiter === RFC_4180.delimiter ? [] : [`delimiter: ${JSON.stringify(delimiter)}`]),
    ...(quote === RFC_4180.quote ? [] : [`quote: ${JSON.stringify(quote)}`]),
    ...(escape === quote ? [] : [`escape: ${JSON.stringify(escape)}`]),
    ...(encoding === RFC_4180.encoding ? [] : [`encoding: ${encoding}`]),
    ...(notation.decimal === '.' || !columns.some(isNumber)
      ? []
      : [`decimal: ${JSON.stringify(notation.decimal)}`]),
    ...(notation.dateFormat === undefined ? [] : [`dateFormat: ${yamlText(notation.dateFormat)}${dates}`]),
    ...(notation.nullText === '' ? [] : [`"null": ${JSON.stringify(notation.nullText)}`]),
    ...(renamed.length === 0
      ? []
      : ['rename:', ...renamed.map(({ title, name }) => `  ${JSON.stringify(title)}: ${yamlText(name)}`)]),
  ];
}

function isNumber({ type }: ProposedColumn): boolean {
  return type.kind === 'decimal' || type.kind === 'double';
}

function columnLine(
  { name, type, maxLength, nulls, isEmpty, longest }: ProposedColumn,
  isKey: boolean,
): string {
  const parts = [
    `type: ${yamlText(typeText(type))}`,
    ...(maxLength === undefined ? [] : [`maxLength: ${maxLength}`]),
    ...(isKey ? ['required: true'] : []),
  ];
  const seen = [
    ...(isEmpty ? ['no value was read'] : []),
    ...(nulls > 0 && !isEmpty ? [`${nulls} without a value`] : []),
    ...(type.kind === 'string' && !isEmpty ? [`longest ${longest}`] : []),
  ];
  return `${yamlText(name)}: { ${parts.join(', ')} }${seen.length === 0 ? '' : ` # ${seen.join(', ')}`}`;
}

/** A type as the manifest has it. */
function typeText(type: ColumnType): string {
  const sign = 'unsigned' in type && type.unsigned ? ' unsigned' : '';
  return type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})${sign}` : `${type.kind}${sign}`;
}

/** Signs that have a meaning in a glob stand for any one sign. */
function globOf(file: string): string {
  return file.replaceAll(/[[\]{}*]/g, '?');
}

const WORD = /^[A-Za-z_][\w./ -]*[\w.]$|^[A-Za-z_]$/;
const RESERVED = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

function yamlText(text: string): string {
  return WORD.test(text) && !RESERVED.test(text) ? text : JSON.stringify(text);
}

function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}
