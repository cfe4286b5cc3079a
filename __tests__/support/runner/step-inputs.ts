import type { ActionDefinition } from './action-definition.ts';

/** The inputs of a step as its processes get them, and what the runner says about them. */
export interface StepInputs {
  /** `INPUT_…`, dashes kept. */
  readonly environment: Readonly<Record<string, string>>;
  readonly warning: string | undefined;
}

/** Defaults for what is not given; unknown inputs are passed on with a warning (ActionRunner.cs, Handler.cs). */
export function stepInputs(
  definition: ActionDefinition,
  given: Readonly<Record<string, string>>,
  github: Readonly<Record<string, string>>,
): StepInputs {
  const givenNames = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const defaults = [...definition.inputs]
    .filter(([name]) => !givenNames.has(name.toLowerCase()))
    .map(([name, value]) => [name, evaluate(value, github)] as const);
  const valid = [...definition.inputs.keys()];
  const validNames = new Set(valid.map((name) => name.toLowerCase()));
  const unexpected = Object.keys(given).filter((name) => !validNames.has(name.toLowerCase()));
  return {
    environment: Object.fromEntries(
      [...Object.entries(given), ...defaults].map(([name, value]) => [
        `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`,
        value,
      ]),
    ),
    warning:
      unexpected.length === 0
        ? undefined
        : `Unexpected input(s) '${unexpected.join("', '")}', valid inputs are ['${valid.join("', '")}']`,
  };
}

/** Only `${{ github.<name> }}` is known. */
function evaluate(text: string, github: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) => {
    const name = /^\s*github\.(\w+)\s*$/.exec(expression)?.[1];
    if (name === undefined) throw new Error(`this runner cannot evaluate "\${{${expression}}}"`);
    return github[name] ?? '';
  });
}
