import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';

/** What the runner needs to know from an `action.yml`. */
export interface ActionDefinition {
  readonly name: string;
  /** Absolute path. */
  readonly main: string;
  readonly post: string | undefined;
  readonly postIf: string;
  /** The major version of Node in `runs.using`. */
  readonly nodeVersion: number;
  /** Input to default, unevaluated; an input without one has the empty string. */
  readonly inputs: ReadonlyMap<string, string>;
}

interface ActionYaml {
  readonly name: string;
  readonly inputs?: Readonly<Record<string, { readonly default?: string | number | boolean | null } | null>>;
  readonly runs: {
    readonly using: string;
    readonly main: string;
    readonly post?: string;
    readonly 'post-if'?: string;
  };
}

/** Reads the definition of the action in the folder; its programs must have been built. */
export async function readAction(folder: string): Promise<ActionDefinition> {
  const { name, inputs, runs } = parse(await readFile(join(folder, 'action.yml'), 'utf8')) as ActionYaml;
  const nodeVersion = /^node(\d+)$/.exec(runs.using)?.[1];
  if (nodeVersion === undefined) throw new Error(`this runner cannot run "using: ${runs.using}"`);
  const main = join(folder, runs.main);
  await readFile(main).catch(() => {
    throw new Error(`${runs.main} is missing: run \`npm run build\` first`);
  });
  return {
    name,
    main,
    post: runs.post === undefined ? undefined : join(folder, runs.post),
    postIf: runs['post-if'] ?? 'always()',
    nodeVersion: Number(nodeVersion),
    inputs: new Map(Object.entries(inputs ?? {}).map(([key, input]) => [key, String(input?.default ?? '')])),
  };
}
