import { markdownTable } from '../../scripts/docs/markdown-table.ts';
import { SHAPE_LEVELS, type ZooCell } from './zoo-shapes.ts';

/** What became of a table. */
export interface ZooOutcome {
  readonly cell: ZooCell;
  /** `exact`, or what was said of it. */
  readonly outcome: 'exact' | 'told';
}

/** By level and driver how many tables came back exactly, and how many with something that is said. */
export function zooTable(outcomes: readonly ZooOutcome[]): string {
  const drivers = SHAPE_LEVELS.driver;
  const shapes = Object.entries(SHAPE_LEVELS).filter(([factor]) => factor !== 'driver');
  const rows = [
    ...shapes.flatMap(([factor, levels]) =>
      levels.map((level) => ({
        name: `${factor}: ${level}`,
        cells: outcomes.filter(({ cell }) => cell.shape[factor] === level),
      })),
    ),
    ...[...new Set(outcomes.flatMap(({ cell }) => cell.kinds.map(({ name }) => name)))]
      .toSorted()
      .map((name) => ({
        name: `column: \`${name}\``,
        cells: outcomes.filter(({ cell }) => cell.kinds.some((kind) => kind.name === name)),
      })),
  ];
  return markdownTable(
    ['what', ...drivers],
    rows.map(({ name, cells }) => [name, ...drivers.map((driver) => count(cells, driver))]),
  );
}

function count(outcomes: readonly ZooOutcome[], driver: string): string {
  const own = outcomes.filter(({ cell }) => cell.shape['driver'] === driver);
  const told = own.filter(({ outcome }) => outcome === 'told').length;
  if (own.length === 0) return 'does not go together';
  return told === 0 ? `${own.length} exact` : `${own.length - told} exact, ${told} told`;
}
