import { EventEmitter } from 'node:events';
import { expect, test } from '@jest/globals';
import { interruptSignals } from '../../src/action/interrupt-signals.ts';

/** What the process would do: `caught` where somebody listens, else it ends. */
function run(...steps: readonly ('SIGINT' | 'SIGTERM' | 'done')[]): readonly string[] {
  const signals = new EventEmitter();
  let stops = 0;
  const release = interruptSignals(signals)(() => (stops += 1));
  const said = steps.flatMap((step) => {
    if (step === 'done') return (release(), []);
    return signals.emit(step) ? ['caught'] : ['ended'];
  });
  return [...said, `stopped ${stops}`];
}

test('the first signal stops the work, and a second Ctrl-C ends the process', () => {
  expect(run('SIGINT', 'SIGINT')).toEqual(['caught', 'ended', 'stopped 1']);
  expect(run('SIGTERM')).toEqual(['caught', 'stopped 1']);
  expect(run('SIGINT', 'SIGTERM')).toEqual(['caught', 'caught', 'stopped 2']);
});

test('a signal that comes when the work is done does not keep its report from being written', () => {
  expect(run('done', 'SIGINT')).toEqual(['caught', 'stopped 0']);
  expect(run('done', 'SIGTERM', 'SIGTERM')).toEqual(['caught', 'ended', 'stopped 0']);
  expect(run('SIGINT', 'done', 'SIGINT')).toEqual(['caught', 'ended', 'stopped 1']);
});
