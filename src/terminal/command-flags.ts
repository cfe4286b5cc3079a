import { refuse, type Problem } from '../errors.ts';

/** What a command of the terminal was given: words, flags with a value, and flags without one. */
export interface Given {
  readonly words: readonly string[];
  readonly flags: ReadonlyMap<string, string>;
  readonly isSet: (name: string) => boolean;
}

/** Reads the arguments of a command that is no mode; all wrong ones are told at once. */
export function readGiven(
  argv: readonly string[],
  usage: string,
  withValue: readonly string[],
  without: readonly string[] = [],
  judgeWords: (words: readonly string[]) => string | undefined = () => undefined,
): Given {
  const problems: Problem[] = [];
  const words: string[] = [];
  const flags = new Map<string, string>();
  const rest = [...argv];
  const wrong = (message: string): void => void problems.push({ code: 'invalid-input', message, fix: usage });
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (!argument.startsWith('-')) {
      words.push(argument);
      continue;
    }
    const [flag = '', inline] = argument.split(/=(.*)/s);
    const name = flag.replace(/^--/, '');
    if (flags.has(name)) wrong(`${flag} is given twice`);
    if (flag.startsWith('--') && without.includes(name) && inline === undefined) flags.set(name, 'true');
    else if (!flag.startsWith('--') || !withValue.includes(name)) wrong(`unknown flag ${flag}`);
    else {
      const value = inline ?? (rest[0]?.startsWith('--') === true ? undefined : rest.shift());
      if (value === undefined || value === '') wrong(`${flag} needs a value`);
      else flags.set(name, value);
    }
  }
  const aboutWords = judgeWords(words);
  if (aboutWords !== undefined) wrong(aboutWords);
  refuse(problems);
  return { words, flags, isSet: (name) => flags.has(name) };
}

/** Refuses the usage as a whole. */
export function refuseUsage(message: string, fix: string): never {
  refuse([{ code: 'invalid-input', message, fix }]);
  throw new Error('unreachable');
}
