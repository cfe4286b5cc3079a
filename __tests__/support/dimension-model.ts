import { createHash } from 'node:crypto';

/** One version of a customer as a source tells it; times are ISO without a zone. */
export interface CustomerRow {
  readonly customerId: number;
  readonly fullName: string;
  readonly email: string;
  readonly country: string;
  readonly updatedAt: string;
}

export interface OrderRow {
  readonly orderId: number;
  readonly customerId: number;
  readonly orderDate: string;
  readonly status: string;
  readonly amount: string;
  readonly updatedAt: string;
}

/** A row of the dimension without its surrogate key. */
export interface Version {
  readonly customerId: number;
  readonly fullName: string;
  readonly emailMasked: string;
  readonly country: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly isCurrent: boolean;
}

/** A fact with the version that it refers to, told by the beginning of that. */
export interface Fact {
  readonly orderId: number;
  readonly customerId: number;
  readonly validFrom: string;
  readonly orderDate: string;
  readonly status: string;
  readonly amount: string;
}

const OPEN = '9999-12-31T00:00:00';

/** The definition of the dimension, from all versions at once: a row begins a version where it differs from the row before. */
export function modelDimension(rows: readonly CustomerRow[]): readonly Version[] {
  const byKey = new Map(rows.map((row) => [`${row.customerId} ${row.updatedAt}`, row]));
  const histories = Map.groupBy(byKey.values(), ({ customerId }) => customerId);
  return [...histories.values()].flatMap((history) => {
    const ordered = history.toSorted((a, b) => (a.updatedAt < b.updatedAt ? -1 : 1));
    const begins = ordered.filter((row, at) => {
      const before = ordered[at - 1];
      return !before || !isSame(before, row);
    });
    return begins.map((row, at) => ({
      customerId: row.customerId,
      fullName: row.fullName,
      emailMasked: createHash('sha256').update(row.email).digest('hex'),
      country: row.country,
      validFrom: row.updatedAt,
      validTo: begins[at + 1]?.updatedAt ?? OPEN,
      isCurrent: at === begins.length - 1,
    }));
  });
}

function isSame(left: CustomerRow, right: CustomerRow): boolean {
  return left.fullName === right.fullName && left.email === right.email && left.country === right.country;
}

/** The definition of the facts: the version valid at midnight of the order's day, or the first one. */
export function modelFacts(orders: readonly OrderRow[], dimension: readonly Version[]): readonly Fact[] {
  const latest = new Map<number, OrderRow>();
  for (const order of orders) {
    const known = latest.get(order.orderId);
    if (!known || known.updatedAt <= order.updatedAt) latest.set(order.orderId, order);
  }
  return [...latest.values()].flatMap((order) => {
    const versions = dimension
      .filter(({ customerId }) => customerId === order.customerId)
      .toSorted((a, b) => (a.validFrom < b.validFrom ? -1 : 1));
    const day = `${order.orderDate}T00:00:00`;
    const version = versions.findLast(({ validFrom }) => validFrom <= day) ?? versions[0];
    if (!version) return [];
    const { orderId, customerId, orderDate, status, amount } = order;
    return { orderId, customerId, validFrom: version.validFrom, orderDate, status, amount };
  });
}
