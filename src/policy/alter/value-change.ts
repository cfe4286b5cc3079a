import type { ColumnType } from '../reading/column-type.ts';
import { listToList, listToText, textToText } from './text-values.ts';
import {
  bitTo,
  decimalTo,
  floatTo,
  geometryTo,
  integerTo,
  isInteger,
  jsonTo,
  temporalTo,
} from './number-values.ts';

/**
 * What becomes of values when a column gets another type, in a session that is strict:
 * `keeps`: every value that there can be; `fails`: some are refused, none is changed; `changes`: some become another
 * value, or are read as one, without an error.
 */
export interface ValueChange {
  readonly kind: 'keeps' | 'fails' | 'changes';
  /** Which ones, and how; empty for `keeps`. */
  readonly how: string;
}

export const KEEPS: ValueChange = { kind: 'keeps', how: '' };

/** A change that the server refuses where a value does not fit. */
export function fails(how: string): ValueChange {
  return { kind: 'fails', how };
}

/** A change that the server makes without an error. */
export function changes(how: string): ValueChange {
  return { kind: 'changes', how };
}

/** The values of one type in another; what is not known to keep them is taken to change them. */
export function valueChange(from: ColumnType, to: ColumnType): ValueChange {
  const isText = /^(?:CHAR|VARCHAR|TINYTEXT|TEXT|MEDIUMTEXT|LONGTEXT)$/;
  const isList = /^(?:ENUM|SET)$/;
  const otherKind = changes(`values of ${from.name} are converted to ${to.name}, which makes other values of some`);
  let change: ValueChange | undefined;
  if (isInteger(from)) change = integerTo(from, to);
  else if (from.name === 'DECIMAL') change = decimalTo(from, to);
  else if (from.name === 'FLOAT' || from.name === 'DOUBLE') change = floatTo(from, to);
  else if (from.name === 'BIT') change = bitTo(from, to);
  else if (/^(?:YEAR|DATE|TIME|DATETIME|TIMESTAMP)$/.test(from.name)) change = temporalTo(from, to);
  else if (isText.test(from.name)) change = isText.test(to.name) ? textToText(from, to) : undefined;
  else if (isList.test(from.name)) {
    change = isList.test(to.name) ? listToList(from, to) : isText.test(to.name) ? listToText(from, to) : undefined;
  } else if (from.name === 'JSON') change = jsonTo(to);
  else if (from.name === 'VECTOR') {
    change = to.name === 'VECTOR' ? (to.length < from.length ? fails('longer vectors') : KEEPS) : undefined;
  } else change = geometryTo(from, to);
  return change ?? otherKind;
}
