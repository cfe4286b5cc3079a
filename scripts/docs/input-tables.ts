import { parse } from 'yaml';
import { INPUTS } from '../../src/input-table.ts';
import { fillSection } from './fill-section.ts';
import { markdownTable } from './markdown-table.ts';

interface ActionYml {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default?: string; readonly required?: boolean }>
  >;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

/** Fills the text between `<!-- inputs -->` and `<!-- /inputs -->`, and the same for outputs, from action.yml. */
export function fillTables(text: string, actionYml: string): string {
  const { inputs, outputs } = parse(actionYml) as ActionYml;
  return fillSection(fillSection(text, 'inputs', inputTable(inputs)), 'outputs', outputTable(outputs));
}

function inputTable(inputs: ActionYml['inputs']): string {
  const rows = Object.entries(inputs).map(([name, { description, default: otherwise, required }]) => {
    const environment = INPUTS.find((spec) => spec.name === name)?.environment;
    return [
      code(name),
      environment === undefined ? '' : code(environment),
      required === true ? 'required' : otherwise === undefined ? '' : code(otherwise),
      cell(description.replace(/\s*Also read from \w+\.$/, '')),
    ];
  });
  return markdownTable(['input', 'environment', 'default', 'meaning'], rows);
}

function outputTable(outputs: ActionYml['outputs']): string {
  const rows = Object.entries(outputs).map(([name, { description }]) => [code(name), cell(description)]);
  return markdownTable(['output', 'meaning'], rows);
}

function code(text: string): string {
  return `\`${text}\``;
}

function cell(text: string): string {
  return text
    .trim()
    .replaceAll('\n', ' ')
    .replaceAll('|', String.raw`\|`);
}
