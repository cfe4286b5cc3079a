import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { INPUTS } from '../../src/inputs/input-table.ts';

interface ActionYml {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default?: string }>>;
  readonly outputs: Readonly<Record<string, { readonly description: string }>>;
  readonly runs: { readonly using: string; readonly main: string };
}

const root = join(import.meta.dirname, '../..');
const action = parse(readFileSync(join(root, 'action.yml'), 'utf8')) as ActionYml;

test('action.yml and the table of inputs name the same inputs', () => {
  expect(Object.keys(action.inputs).sort()).toEqual(INPUTS.map(({ name }) => name).sort());
});

test('an input that may come from the environment has no default in action.yml, which would win over it', () => {
  const wrong = INPUTS.filter(
    ({ name, environment }) => environment !== undefined && action.inputs[name]?.default !== undefined,
  );
  expect(wrong).toEqual([]);
});

test('a default of action.yml is the default of the code', () => {
  const defaults = Object.entries(action.inputs)
    .filter(([name, input]) => input.default !== undefined && name !== 'github-token')
    .map(([name, input]) => [name, input.default]);
  const ours = defaults.map(([name]) => [name, INPUTS.find((spec) => spec.name === name)?.default]);
  expect(defaults).toEqual(ours);
});

test('every input and output is described', () => {
  const described = [...Object.values(action.inputs), ...Object.values(action.outputs)];
  expect(described.every(({ description }) => description.length > 10)).toBe(true);
});

test('the action runs on the Node of the development dependency', () => {
  const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    devDependencies: Readonly<Record<string, string>>;
  };
  expect(`node${devDependencies['node']?.split('.')[0]}`).toBe(action.runs.using);
});
