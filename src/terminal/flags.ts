import { closest, didYouMean } from '../yaml/did-you-mean.ts';
import { refuse, type Problem } from '../errors.ts';
import { INPUTS } from '../inputs/input-table.ts';
import { UNBUILT_INPUTS } from '../inputs/unbuilt-inputs.ts';

/** One that is not built yet is refused as such, not as unknown. */
const FLAGS = [...INPUTS, ...UNBUILT_INPUTS];

/** `<mode> [--<input> <value>]…`; all wrong flags are told at once. */
export function parseFlags(argv: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>();
  const problems: Problem[] = [];
  for (let index = 0; index < argv.length; index += 1) {
    const argument = argv[index]!;
    if (!argument.startsWith('--')) {
      if (flags.has('mode'))
        problems.push(usage(`unexpected argument ${JSON.stringify(argument)}`, 'flags begin with --'));
      else flags.set('mode', argument);
      continue;
    }
    const [name, inline] = splitOnce(argument.slice(2), '=');
    const problem = checkFlag(name);
    if (problem) {
      problems.push(problem);
      if (inline === undefined && !(argv[index + 1] ?? '--').startsWith('--')) index += 1;
      continue;
    }
    if (flags.has(name)) problems.push(usage(`--${name} is given twice`, 'give it once'));
    const next = argv[index + 1];
    if (inline !== undefined) flags.set(name, inline);
    else if (isBoolean(name) && next !== 'true' && next !== 'false') flags.set(name, 'true');
    else if (next === undefined || next.startsWith('--'))
      problems.push(usage(`--${name} needs a value`, `--${name} <value>`));
    else flags.set(name, argv[(index += 1)]!);
  }
  refuse(problems);
  return flags;
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function isBoolean(name: string): boolean {
  return FLAGS.find((input) => input.name === name)?.kind === 'boolean';
}

function usage(message: string, fix: string): Problem {
  return { code: 'invalid-input', message, fix };
}

function checkFlag(name: string): Problem | undefined {
  if (name === 'db-password-file') return undefined;
  const spec = FLAGS.find((input) => input.name === name);
  if (!spec) {
    const meant = closest(
      name,
      INPUTS.map((input) => input.name),
    );
    return usage(
      `unknown flag --${name}`,
      meant === undefined ? 'db-deploy --help lists the flags' : didYouMean(`--${meant}`),
    );
  }
  if (spec.kind !== 'secret') return undefined;
  const where = spec.environment ?? name.toUpperCase().replaceAll('-', '_');
  const fix =
    name === 'db-password'
      ? 'set DB_PASSWORD, or use --db-password-file, or wait for the prompt'
      : `set ${where} in the environment`;
  return usage(`--${name} would show a secret to everybody on this machine`, fix);
}
