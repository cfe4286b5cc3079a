import { addProblemAbout, problemSink } from '../../yaml/problem-sink.ts';
import type { Location, Problem } from '../../errors.ts';
import type { BuiltinRule } from '../../pipeline/manifest/builtin-rule.ts';
import type { Check, Column, ContractRequest, RowContract } from '../../pipeline/manifest/manifest.ts';
import type { Contract, ContractProperty, ContractTable } from '../contract.ts';
import { qualityCheck } from '../checks/quality-checks.ts';
import { slaChecks } from '../checks/sla-checks.ts';
import { toColumn, type ContractSinks } from '../rows/to-column.ts';

/** What a contract says of a dataset's rows, and what is wrong with it. */
export function rowContract(
  contract: Contract,
  request: ContractRequest,
): { readonly contract: RowContract | undefined; readonly problems: readonly Problem[] } {
  const { file } = contract;
  const table = tableOf(contract, request);
  if (!table) return { contract: undefined, problems: [describeMissing(contract, request)] };
  const [problems, warnings]: Problem[][] = [[], []];
  const sinks = {
    problem: problemSink(problems!, file, 'invalid-contract'),
    warn: problemSink(warnings!, file, 'contract-not-enforced'),
  };
  const columns = readColumns(table, file, sinks);
  const checks = readChecks(contract, { ...table, table: request.table }, columns, request, sinks);
  const known = { columns: [...columns.values()], checks, warnings: warnings! };
  return { contract: known, problems: problems! };
}

/** The table of that name, physical or not; the one that is called as the dataset is, or the only one. */
function tableOf({ tables }: Contract, { table, dataset }: ContractRequest): ContractTable | undefined {
  return (
    tables.find((candidate) => candidate.table === table) ??
    tables.find(({ name }) => name === table || name === dataset) ??
    (tables.length === 1 ? tables[0] : undefined)
  );
}

function describeMissing({ file, tables }: Contract, { table, at }: ContractRequest): Problem {
  const names = tables.map(({ table: name }) => name).join(', ');
  return {
    code: 'invalid-contract',
    message: `${file} has no table ${table} under "schema"${names === '' ? '' : `, but ${names}`}`,
    at,
    fix: `give one of them "physicalName: ${table}"`,
  };
}

function about(sinks: ContractSinks, where: string): ContractSinks {
  return { problem: addProblemAbout(sinks.problem, where), warn: addProblemAbout(sinks.warn, where) };
}

/** By the name in the contract; no two may be one column to the server, which does not tell cases apart. */
function readColumns(table: ContractTable, file: string, sinks: ContractSinks): ReadonlyMap<string, Column> {
  const columns = new Map<string, Column>();
  const seen = new Map<string, ContractProperty>();
  for (const property of table.properties) {
    const folded = property.column.toLowerCase();
    const first = seen.get(folded);
    if (first) {
      const message = `column "${property.column}" is given twice, first on line ${first.line}`;
      sinks.problem(property.line, message, 'keep one');
      continue;
    }
    seen.set(folded, property);
    const column = toColumn(property, file, about(sinks, `property ${property.name}`));
    if (column) columns.set(property.name, column);
  }
  if (table.properties.length === 0) {
    sinks.problem(
      table.line,
      `table ${table.name} has no properties`,
      'name its columns under "properties:"',
    );
  }
  return columns;
}

function readChecks(
  contract: Contract,
  table: ContractTable,
  columns: ReadonlyMap<string, Column>,
  request: ContractRequest,
  sinks: ContractSinks,
): readonly Check[] {
  const { file } = contract;
  const nameOf = uniqueNames(`contract_${request.dataset}`);
  const subject = { file, table: table.table, columns, nameOf };
  const key = table.properties.filter(({ primaryKey }) => primaryKey?.value).toSorted(byPosition);
  for (const { value, line } of table.others) {
    sinks.warn(line, `"${value}" is not enforced`, 'write a check in SQL, or a built-in one in the manifest');
  }
  return [
    ...uniqueChecks(table, key, columns, request, { file, nameOf }),
    ...table.quality.flatMap((rule) => qualityCheck(rule, { ...subject, column: undefined }, sinks) ?? []),
    ...table.properties.flatMap(({ name, quality }) => {
      const column = columns.get(name);
      if (!column) return [];
      return quality.flatMap(
        (rule) => qualityCheck(rule, { ...subject, column }, about(sinks, `property ${name}`)) ?? [],
      );
    }),
    ...slaChecks(contract, table, columns, nameOf, sinks.warn),
  ];
}

function byPosition(left: ContractProperty, right: ContractProperty): number {
  return left.keyPosition - right.keyPosition;
}

/** What `unique` and `primaryKey` promise, where the unique key of staging does not promise it already. */
function uniqueChecks(
  table: ContractTable,
  key: readonly ContractProperty[],
  columns: ReadonlyMap<string, Column>,
  request: ContractRequest,
  { file, nameOf }: { readonly file: string; readonly nameOf: (rule: string) => string },
): readonly Check[] {
  const promised = [
    ...(key.length === 0 ? [] : [{ properties: key, line: key[0]!.primaryKey!.line }]),
    ...table.properties.flatMap((property) =>
      property.unique?.value ? [{ properties: [property], line: property.unique.line }] : [],
    ),
  ];
  const done = new Set([keyText(request.key)]);
  return promised.flatMap(({ properties, line }): readonly Check[] => {
    const names = properties.flatMap(({ name }) => columns.get(name)?.name ?? []);
    if (names.length < properties.length || done.has(keyText(names))) return [];
    done.add(keyText(names));
    const rule: BuiltinRule = { check: 'unique', table: table.table, columns: names };
    const at: Location = { file, line };
    const name = nameOf(`${names.join('_')}_unique`);
    return [{ kind: 'builtin', name, severity: 'error', threshold: 0, rule, at }];
  });
}

function keyText(names: readonly string[]): string {
  return JSON.stringify(names.map((name) => name.toLowerCase()).toSorted());
}

/** Names as checks may have them; of two that are the same, the second one has a number. */
function uniqueNames(prefix: string): (rule: string) => string {
  const taken = new Map<string, number>();
  return (rule) => {
    const name = `${prefix}_${rule}`.replaceAll(/[^\w.-]+/g, '_').slice(0, 190);
    const number = (taken.get(name) ?? 0) + 1;
    taken.set(name, number);
    return number === 1 ? name : `${name}_${number}`;
  };
}
