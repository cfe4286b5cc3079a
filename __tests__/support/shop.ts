import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { TestDatabase } from './database.ts';
import { deploy, project, writeFiles, type DeployOptions } from './deploy.ts';
import type { CustomerRow, Fact, OrderRow, Version } from './dimension-model.ts';

const root = resolve(import.meta.dirname, '../..');

/** The example as it stands in the repository; without its CSV files when rows are given. */
export function shop(files: Readonly<Record<string, string>> = {}): string {
  const folder = project({});
  for (const part of ['changelog', 'migrations', 'sql', 'data/pipeline.yml']) {
    cpSync(join(root, part), join(folder, part), { recursive: true });
  }
  if (Object.keys(files).length === 0)
    cpSync(join(root, 'data/raw'), join(folder, 'data/raw'), { recursive: true });
  writeFiles(folder, files);
  return folder;
}

/** The same with its tables in the database. */
export async function deployedShop(
  db: TestDatabase,
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const folder = shop(files);
  const { report } = await deploy('update', folder, db);
  if (report.result !== 'ok') throw new Error(JSON.stringify(report.problems));
  return folder;
}

/** CSV of customers; values are quoted, so any text may stand in them. */
export function customersCsv(rows: readonly CustomerRow[]): string {
  const lines = rows.map(({ customerId, fullName, email, country, updatedAt }) =>
    [customerId, quoted(fullName), quoted(email), country, updatedAt].join(','),
  );
  return ['customer_id,full_name,email,country,updated_at', ...lines, ''].join('\n');
}

export function ordersCsv(rows: readonly OrderRow[]): string {
  const lines = rows.map(({ orderId, customerId, orderDate, status, amount, updatedAt }) =>
    [orderId, customerId, orderDate, status, amount, updatedAt].join(','),
  );
  return ['order_id,customer_id,order_date,status,amount,updated_at', ...lines, ''].join('\n');
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** Runs the pipeline; a run that does not end as expected fails the test with what was wrong. */
export async function runPipeline(folder: string, db: TestDatabase, options: DeployOptions = {}) {
  return (await deploy('pipeline', folder, db, options)).report;
}

/** A version with its surrogate key. */
export interface StoredVersion extends Version {
  readonly sk: number;
}

/** The dimension as it is stored, in the words of the model. */
export async function readDimension(db: TestDatabase): Promise<readonly StoredVersion[]> {
  const rows = await db.query<Omit<StoredVersion, 'isCurrent'> & { readonly isCurrent: number }>(
    `SELECT customer_sk AS sk, customer_id AS customerId, full_name AS fullName, email_masked AS emailMasked, country,
      DATE_FORMAT(valid_from, '%Y-%m-%dT%H:%i:%s') AS validFrom, DATE_FORMAT(valid_to, '%Y-%m-%dT%H:%i:%s') AS validTo,
      is_current AS isCurrent
    FROM dim_customer ORDER BY customer_id, valid_from`,
  );
  return rows.map((row) => ({ ...row, isCurrent: row.isCurrent === 1 }));
}

export async function readFacts(db: TestDatabase): Promise<readonly Fact[]> {
  return db.query<Fact>(
    `SELECT f.order_id AS orderId, d.customer_id AS customerId,
      DATE_FORMAT(d.valid_from, '%Y-%m-%dT%H:%i:%s') AS validFrom, f.order_date AS orderDate, f.status,
      CAST(f.amount AS CHAR) AS amount
    FROM fact_order AS f JOIN dim_customer AS d USING (customer_sk) ORDER BY f.order_id`,
  );
}
