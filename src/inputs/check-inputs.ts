import { closest, didYouMean } from '../yaml/did-you-mean.ts';
import type { Problem } from '../errors.ts';
import { INPUTS, MODES, type InputSpec } from './input-table.ts';
import { badValue } from './input-value.ts';
import type { Mode } from '../report/report.ts';
import { UNBUILT_INPUTS } from './unbuilt-inputs.ts';

/** Raw values by input name; an empty one counts as not given. */
export type RawInputs = ReadonlyMap<string, string>;

/**
 * Everything that is wrong with the inputs whatever this mode does with them: values that cannot be, inputs that this
 * mode does not take though they decide something, and inputs that are not built yet.
 */
export function checkInputs(raw: RawInputs): readonly Problem[] {
  const mode = MODES.find((known) => known === raw.get('mode'));
  const given = INPUTS.flatMap((spec) => {
    const value = raw.get(spec.name);
    return value === undefined ? [] : [{ spec, value }];
  });
  return [
    ...given.flatMap(({ spec, value }) => {
      const bad = badValue(spec, value);
      return bad ? [inputProblem(spec.name, bad.message, bad.fix)] : [];
    }),
    ...given.flatMap(({ spec, value }) =>
      mode && isMisplaced(spec, value, mode) ? [misplaced(spec, mode)] : [],
    ),
    ...meaninglessAlone(raw),
    ...unbuilt(raw),
  ];
}

/** `input lock-timeout: "soon" is not a number of seconds`. */
export function inputProblem(name: string, what: string, fix: string): Problem {
  return { code: 'invalid-input', message: `input ${name}: ${what}`, fix };
}

/** Names of inputs in the environment of an action that are nearly those of ours: the runner only warns of them. */
export function misspeltInputs(
  environment: Readonly<Record<string, string | undefined>>,
): readonly Problem[] {
  const names = [...INPUTS, ...UNBUILT_INPUTS].map(({ name }) => name);
  return Object.entries(environment).flatMap(([variable, value]) => {
    // A short name is near to many that are not ours.
    const name = /^INPUT_(.{8,})$/.exec(variable)?.[1]?.toLowerCase();
    if (name === undefined || !value || names.includes(name)) return [];
    const meant = closest(name, names);
    return meant === undefined ? [] : [inputProblem(name, 'is not an input', didYouMean(meant))];
  });
}

function isMisplaced(spec: InputSpec, value: string, mode: Mode): boolean {
  if (spec.isBinding !== true || spec.modes?.includes(mode) !== false) return false;
  const asked = value.toLowerCase();
  return asked !== spec.default && spec.anyway?.[asked]?.includes(mode) !== true;
}

function misplaced({ name, modes = [], instead }: InputSpec, mode: Mode): Problem {
  const takers = modes.length === MODES.length - 1 ? '' : `: it is for ${modes.join(', ')}`;
  return inputProblem(
    name,
    `mode ${mode} does not take it${takers}`,
    instead ?? 'leave it out, or use another mode',
  );
}

function meaninglessAlone(raw: RawInputs): readonly Problem[] {
  const problems: Problem[] = [];
  if (raw.has('resume-in-doubt') && raw.get('resume')?.toLowerCase() !== 'true') {
    problems.push(
      inputProblem('resume-in-doubt', 'means nothing without resume: true', 'pass both, or neither'),
    );
  }
  if (raw.has('expected-plan-parts') && !raw.has('expected-plan-hash')) {
    const fix = 'pass the outputs plan-hash and plan-parts of the same run, or neither';
    problems.push(
      inputProblem('expected-plan-parts', 'holds a run to nothing without expected-plan-hash', fix),
    );
  }
  return problems;
}

function unbuilt(raw: RawInputs): readonly Problem[] {
  return UNBUILT_INPUTS.flatMap(({ name, off }) => {
    const value = raw.get(name);
    if (value === undefined || value.toLowerCase() === off) return [];
    return [inputProblem(name, 'is not built yet', 'leave it out')];
  });
}
