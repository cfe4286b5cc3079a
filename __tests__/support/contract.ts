import { checkOdcs } from '../../src/contracts/odcs/check-odcs.ts';
import type { Contract } from '../../src/contracts/contract.ts';
import { parseContract } from '../../src/contracts/odcs/parse-contract.ts';
import { rowContract } from '../../src/contracts/enforce/row-contract.ts';
import { parseYaml } from '../../src/yaml/parse-yaml.ts';
import type { Problem } from '../../src/errors.ts';
import type { RowContract } from '../../src/pipeline/manifest/manifest.ts';

/** A contract about one table; `body` is indented as what stands under `schema: - name: t`. */
export function contractText(body: string, version = '1.0.0'): string {
  return `apiVersion: v3.2.0
kind: DataContract
id: c
version: ${version}
status: active
schema:
  - name: t
${body.replaceAll(/^(?=.)/gm, '    ')}`;
}

/** The problems by the standard's schema, as `line: message`. */
export async function schemaProblems(text: string): Promise<readonly string[]> {
  const { root, problems } = parseYaml(text, 'c.yaml', 'invalid-contract');
  const found = root ? await checkOdcs(root, 'c.yaml') : problems;
  return found.map(({ at, message }) => `${at?.line}: ${message}`);
}

export function readContract(text: string): Contract {
  const { root, problems } = parseYaml(text, 'c.yaml', 'invalid-contract');
  if (!root) throw new Error(problems.map(({ message }) => message).join('\n'));
  return parseContract(root, 'c.yaml');
}

/** What a contract says of its one table, with problems and warnings as `line: message`. */
export function rowsOf(
  body: string,
  key: readonly string[] = ['id'],
  sla: readonly string[] = [],
): {
  readonly contract: RowContract | undefined;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
} {
  const at = { file: 'data/pipeline.yml', line: 2 };
  const found = rowContract(readContract(contractText(body) + slaText(sla)), {
    ...{ path: 'c.yaml', dataset: 'd', table: 't', key, at },
  });
  const say = (list: readonly Problem[]): readonly string[] =>
    list.map((problem) => `${problem.at?.line}: ${problem.message}`);
  return {
    contract: found.contract,
    problems: say(found.problems),
    warnings: say(found.contract?.warnings ?? []),
  };
}

function slaText(sla: readonly string[]): string {
  return sla.length === 0
    ? ''
    : ['\nslaProperties:', ...sla.map((text) => `  - { property: ${text} }`)].join('\n');
}
