import { closeSync, copyFileSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const STATES = ['new', 'paid', 'shipped', 'cancelled', 'refunded'];
const COUNTRIES = ['DE', 'FR', 'IT', 'ES', 'PL', 'US'];
const START = Date.UTC(2025, 0, 1);

/** A project with the example's manifest and generated CSV files, whose times the `mysql` client reads as well. */
export function csvProject(folder: string, root: string): void {
  mkdirSync(join(folder, 'data/raw'), { recursive: true });
  copyFileSync(join(root, 'data/pipeline.yml'), join(folder, 'data/pipeline.yml'));
}

/** Writes so many orders; every one whose number is a multiple of `changed` is another than without it. */
export function writeOrders(path: string, count: number, changed = Number.POSITIVE_INFINITY): void {
  write(path, 'order_id,customer_id,order_date,status,amount,updated_at', count, (id) => {
    const isChanged = id % changed === 0;
    const time = new Date(START + (id % 30_000_000) * 1000 + (isChanged ? 86_400_000 : 0)).toISOString();
    const amount = (((id * 37) % 50_000) / 100 + 1).toFixed(2);
    const status = STATES[(id + (isChanged ? 1 : 0)) % STATES.length];
    return `${id},${(id * 7919) % 100_000},${time.slice(0, 10)},${status},${amount},${time.slice(0, 10)} ${time.slice(11, 19)}`;
  });
}

/** Writes so many customers. */
export function writeCustomers(path: string, count: number): void {
  write(path, 'customer_id,full_name,email,country,updated_at', count, (id) => {
    const time = new Date(START + id * 60_000).toISOString();
    const country = COUNTRIES[id % COUNTRIES.length];
    return `${id},Customer Number ${id},customer.${id}@mail.example.com,${country},${time.slice(0, 10)} ${time.slice(11, 19)}`;
  });
}

function write(path: string, header: string, count: number, row: (id: number) => string): void {
  const file = openSync(path, 'w');
  let text = `${header}\n`;
  for (let id = 1; id <= count; id += 1) {
    text += `${row(id)}\n`;
    if (id % 20_000 === 0 || id === count) {
      writeSync(file, text);
      text = '';
    }
  }
  closeSync(file);
}
