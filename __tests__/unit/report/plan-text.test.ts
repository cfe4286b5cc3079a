import { describe, expect, test } from '@jest/globals';
import { renderPlanText } from '../../../src/report/text/plan-text.ts';
import { aChangeset, aReport } from '../../support/builders.ts';
import { expectGolden } from '../../support/golden.ts';
import { scenarios } from '../../support/scenarios.ts';

describe('the result at a terminal', () => {
  test('of every scenario is in the golden file', () => {
    const all = Object.entries(scenarios).map(
      ([name, report]) => `$ ${name}\n${renderPlanText(report, { colour: false })}\n`,
    );
    expectGolden('plan-text.txt', all.join('\n'));
  });

  test('has the same text in colour', () => {
    for (const report of Object.values(scenarios)) {
      const coloured = renderPlanText(report, { colour: true });
      expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(renderPlanText(report, { colour: false }));
    }
  });

  test('ends with the verdict, however long the plan', () => {
    const pending = Array.from({ length: 5000 }, (_, index) => aChangeset({ id: String(index) }));
    const lines = renderPlanText(aReport({ mode: 'status', pending }), { colour: false }).split('\n');
    expect(lines.length).toBeLessThan(1100);
    expect(lines).toContain('  … and 4,000 more lines');
    expect(lines.at(-1)).toBe('5,000 changesets would be applied to prod (db shop on db.example.com)');
  });
});
