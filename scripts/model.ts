import { parseArgs } from 'node:util';
import { FIRST_LINE, HOLDS, SECOND_LINE, type Case } from './model/cases.ts';
import { explore } from './model/explore.ts';

const { values } = parseArgs({
  options: {
    /** Events from outside in the cases where nothing may break. */
    adversities: { type: 'string', default: '2' },
    states: { type: 'string', default: '1000000' },
    trace: { type: 'boolean', default: false },
  },
});

const maxStates = Number(values.states);
let wrong = 0;

function run(each: Case): void {
  const { broken, states, isComplete } = explore({
    ...each,
    maxStates,
    lookFor: each.breaks,
  });
  const isRight = each.breaks === undefined ? broken === undefined : broken !== undefined;
  if (!isRight) wrong += 1;
  const found =
    broken?.invariant ?? (isComplete ? 'nothing is broken' : 'nothing is broken as far as it went');
  const without = each.without.length === 0 ? 'all guards' : `without ${each.without.join(', ')}`;
  process.stdout.write(
    `${isRight ? 'ok   ' : 'WRONG'} ${each.name} (${without}, ${each.adversities} adversities): ${found}, ${states} states\n`,
  );
  if (broken && (values.trace || !isRight))
    process.stdout.write(broken.trace.map((line) => `        ${line}\n`).join(''));
}

for (const each of HOLDS) run({ ...each, adversities: Number(values.adversities) });
for (const each of [...FIRST_LINE, ...SECOND_LINE]) run(each);
process.exitCode = wrong === 0 ? 0 : 1;
