import { parse } from 'yaml';
import { INPUTS } from '../../src/inputs/input-table.ts';
import { UNBUILT_INPUTS } from '../../src/inputs/unbuilt-inputs.ts';
import { fillSection } from './fill-section.ts';
import { markdownTable } from './markdown-table.ts';

interface ActionYml {
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default?: string; readonly required?: boolean }>
  >;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
}

/** Fills the text between `<!-- inputs -->` and `<!-- /inputs -->`, and the same for the other lists, from action.yml and the tables. */
export function fillTables(text: string, actionYml: string): string {
  const { inputs, outputs } = parse(actionYml) as ActionYml;
  const sections = {
    inputs: inputTable(inputs),
    binding: bindingTable(),
    unbuilt: unbuiltList(),
    outputs: outputTable(outputs),
  };
  return Object.entries(sections).reduce((filled, [name, body]) => fillSection(filled, name, body), text);
}

/** Inputs that a mode refuses which does not take them. */
function bindingTable(): string {
  const rows = INPUTS.filter(({ isBinding }) => isBinding === true).map(({ name, modes = [] }) => [
    code(name),
    modes.map(code).join(', '),
  ]);
  return markdownTable(['input', 'taken by'], rows);
}

function unbuiltList(): string {
  return UNBUILT_INPUTS.map(({ name }) => code(name)).join('\n');
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
