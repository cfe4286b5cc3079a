import { parseManifest } from '../../../src/pipeline/manifest/parse-manifest.ts';
import type { Dataset } from '../../../src/pipeline/manifest/manifest.ts';
import type { Chance } from './chance.ts';
import { randomDialect, writeCsv, writeDay, type FuzzDialect } from './dialect.ts';
import type { FuzzFile } from './staging-case.ts';
import type { ModelDataset } from './staging-model.ts';

/** The example's two datasets in a random dialect each, and files of a few runs. */
export interface ShopCase {
  readonly customers: Dataset;
  readonly orders: Dataset;
  readonly customerModel: ModelDataset;
  readonly orderModel: ModelDataset;
  readonly runs: readonly { readonly customers: readonly FuzzFile[]; readonly orders: readonly FuzzFile[] }[];
}

const MODEL: Omit<ModelDataset, 'key'> = {
  ...({ watermark: 'updatedAt', late: 'load', maxRejected: 1000, deletes: 'keep' } as const),
  fold: (text: string): string => text,
  order: (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0),
};

const CUSTOMERS = ['customer_id', 'full_name', 'email', 'country', 'updated_at'];
const ORDERS = ['order_id', 'customer_id', 'order_date', 'status', 'amount', 'updated_at'];

export function shopCase(chance: Chance): ShopCase {
  const dialects = { customers: randomDialect(chance), orders: randomDialect(chance) };
  const manifest = (name: string, key: string, dialect: FuzzDialect, columns: readonly string[]): Dataset => {
    const yaml = [
      ...['datasets:', `  - name: ${name}`, `    files: data/raw/${name}*.csv`, `    table: stg_${name}`],
      ...[
        `    key: [${key}]`,
        '    watermark: updated_at',
        '    maxRejected: 1000',
        '    onExtraColumn: ignore',
      ],
      ...dialect.yaml.map((line) => `    ${line}`),
      ...['    columns:', ...columns.map((column) => `      ${column}`)],
    ].join('\n');
    const { datasets, problems } = parseManifest(yaml, 'm.yml');
    if (problems.length > 0) throw new Error(problems.map(({ message }) => message).join('\n'));
    return datasets[0]!;
  };
  const many = <T>(make: () => T): readonly T[] => Array.from({ length: chance.below(3) }, make);
  return {
    customers: manifest('customers', 'customer_id, updated_at', dialects.customers, [
      ...['customer_id: { type: bigint, required: true }', 'full_name: { type: string, required: true }'],
      ...[
        'email: { type: string, required: true, pattern: "@" }',
        'country: { type: string, required: true }',
      ],
      'updated_at: { type: datetime, required: true }',
    ]),
    orders: manifest('orders', 'order_id', dialects.orders, [
      ...['order_id: { type: bigint, required: true }', 'customer_id: { type: bigint, required: true }'],
      ...['order_date: { type: date, required: true }', 'status: { type: string, required: true }'],
      ...[
        'amount: { type: "decimal(12,2)", required: true }',
        'updated_at: { type: datetime, required: true }',
      ],
    ]),
    customerModel: { ...MODEL, key: ['customerId', 'updatedAt'] },
    orderModel: { ...MODEL, key: ['orderId'] },
    runs: Array.from({ length: 1 + chance.below(4) }, () => ({
      customers: many(() =>
        file(chance, dialects.customers, CUSTOMERS, () => customer(chance, dialects.customers)),
      ),
      orders: many(() => file(chance, dialects.orders, ORDERS, () => order(chance, dialects.orders))),
    })).map((run, at) => ({
      // Orders of unknown customers fail a check of the example, so everybody is there from the start.
      customers:
        at === 0
          ? [everybody(chance, dialects.customers), ...run.customers]
          : run.customers.length > 0
            ? run.customers
            : [file(chance, dialects.customers, CUSTOMERS, undefined)],
      orders: run.orders.length > 0 ? run.orders : [file(chance, dialects.orders, ORDERS, undefined)],
    })),
  };
}

interface Made {
  readonly fields: readonly string[];
  readonly values: Readonly<Record<string, string>> | undefined;
  readonly watermark: string | undefined;
}

let files = 0;

function file(
  chance: Chance,
  dialect: FuzzDialect,
  header: readonly string[],
  make: (() => Made) | undefined,
  length = 1 + chance.below(10),
): FuzzFile {
  files += 1;
  const made = make ? Array.from({ length }, make) : [];
  const { bytes, lines } = writeCsv(
    dialect,
    chance,
    [...header, `u${files}`],
    made.map(({ fields }) => [...fields, '']),
  );
  const rows = made.map(({ values, watermark }, at) => ({ line: lines[at]!, lines: 1, values, watermark }));
  return { bytes, rows };
}

function everybody(chance: Chance, dialect: FuzzDialect): FuzzFile {
  let id = 0;
  const make = (): Made => {
    id += 1;
    const values = {
      customerId: String(id),
      fullName: 'Ada',
      email: 'a@b',
      country: 'DE',
      updatedAt: '2026-01-05T06:00:00',
    };
    const fields = [values.customerId, 'Ada', 'a@b', 'DE', writeDay(dialect, values.updatedAt)];
    return { fields, values, watermark: values.updatedAt };
  };
  return file(chance, dialect, CUSTOMERS, make, 4);
}

function moment({ below }: Chance): string {
  return `2026-01-0${1 + below(9)}T${below(2) === 0 ? '00:00:00' : '12:30:00'}`;
}

function customer(chance: Chance, dialect: FuzzDialect): Made {
  const { pick, below, once } = chance;
  const updatedAt = moment(chance);
  const values = {
    customerId: String(1 + below(4)),
    fullName: pick(once(3) ? ['Ada', 'ada', 'Àda', 'Ada ', 'A|d', "A'd", 'A"d;'] : ['Ada']),
    email: pick(['ada@example.com', 'ada@example.com', 'ADA@example.com', 'a,d@example.com']),
    country: pick(['DE', 'FR']),
    updatedAt,
  };
  const isWrong = once(15);
  const email = isWrong ? 'nobody' : values.email;
  const fields = [values.customerId, values.fullName, email, values.country, writeDay(dialect, updatedAt)];
  return { fields, values: isWrong ? undefined : values, watermark: updatedAt };
}

function order(chance: Chance, dialect: FuzzDialect): Made {
  const { pick, below, once } = chance;
  const updatedAt = moment(chance);
  const values = {
    orderId: String(1 + below(8)),
    customerId: String(1 + below(4)),
    orderDate: `2026-01-${String(1 + below(12)).padStart(2, '0')}`,
    status: pick(['new', 'paid', 'NEW']),
    amount: `${1 + below(30)}.${pick(['00', '50'])}`,
    updatedAt,
  };
  const isWrong = once(15);
  const fields = [
    ...[values.orderId, values.customerId, writeDay(dialect, isWrong ? '2026-02-30' : values.orderDate)],
    ...[values.status, values.amount.replace('.', dialect.decimal), writeDay(dialect, updatedAt)],
  ];
  return { fields, values: isWrong ? undefined : values, watermark: updatedAt };
}
