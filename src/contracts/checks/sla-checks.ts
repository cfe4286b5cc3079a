import type { ProblemSink } from '../../yaml/problem-sink.ts';
import type { Check, Column } from '../../pipeline/manifest/manifest.ts';
import type { Contract, ContractTable, SlaProperty } from '../contract.ts';

const SECONDS: readonly (readonly [RegExp, number])[] = [
  [/^(?:s|sec|secs|seconds?)$/i, 1],
  [/^(?:m|min|mins|minutes?)$/i, 60],
  [/^(?:h|hr|hrs|hours?)$/i, 3600],
  [/^(?:d|days?)$/i, 86_400],
  [/^(?:w|weeks?)$/i, 604_800],
];

/** The greatest age in seconds that an agreement allows: `25` and `h`, `25h` or `P1DT1H`. */
function ageInSeconds({ value, unit }: SlaProperty): number | undefined {
  const [, days = '', hours = '', minutes = ''] =
    /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?$/.exec(value) ?? [];
  if (days + hours + minutes !== '') {
    return Number(days) * 86_400 + Number(hours) * 3600 + Number(minutes) * 60;
  }
  const [, number, written = ''] = /^(\d{1,9})\s*([a-z]*)$/i.exec(value.trim()) ?? [];
  const word = written === '' ? (unit ?? '') : written;
  const factor = SECONDS.find(([pattern]) => pattern.test(word))?.[1];
  return number === undefined || factor === undefined ? undefined : Number(number) * factor;
}

/** The checks of `slaProperties:` that are about the age of rows of one table; `warn` hears of all others. */
export function slaChecks(
  contract: Contract,
  table: ContractTable,
  columns: ReadonlyMap<string, Column>,
  nameOf: (rule: string) => string,
  warn: ProblemSink,
): readonly Check[] {
  return contract.sla.flatMap((sla): readonly Check[] => {
    const { property, value, element, line } = sla;
    const leave = (why: string, fix: string): readonly Check[] => {
      warn(line, `slaProperties: "${property}: ${value}" is not enforced: ${why}`, fix);
      return [];
    };
    if (property.toLowerCase() !== 'freshness') {
      return leave(
        'only "freshness" is',
        'watch it elsewhere; "maxDuration" of the dataset warns of slow loads',
      );
    }
    const [name = '', of] = (element ?? '').split('.').toReversed();
    // Another table of the contract is the matter of the dataset that names it.
    if (of !== undefined && ![table.name, table.table].includes(of)) {
      const isOther = contract.tables.some((other) => [other.name, other.table].includes(of));
      return isOther ? [] : leave(`the contract has no table ${of}`, 'correct "element"');
    }
    const column = columns.get(name);
    if (!column) return leave('"element" names no column here', `write "element: ${table.name}.<column>"`);
    if (column.type.kind !== 'date' && column.type.kind !== 'datetime') {
      return leave(`${column.name} is not a time`, 'name a column of a date or an instant');
    }
    const threshold = ageInSeconds(sla);
    if (threshold === undefined) return leave('its age cannot be read', 'write a whole number and "unit: h"');
    const rule = { check: 'freshness', table: table.table, column: column.name } as const;
    const at = { file: contract.file, line };
    return [
      { kind: 'builtin', name: nameOf(`${column.name}_freshness`), severity: 'error', threshold, rule, at },
    ];
  });
}
