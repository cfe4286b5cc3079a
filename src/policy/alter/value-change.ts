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
import { changes, fails, KEEPS, type ValueChange } from './value-outcome.ts';

/** The values of one type in another; what is not known to keep them is taken to change them. */
export function valueChange(from: ColumnType, to: ColumnType): ValueChange {
  const isText = /^(?:CHAR|VARCHAR|TINYTEXT|TEXT|MEDIUMTEXT|LONGTEXT)$/;
  const isList = /^(?:ENUM|SET)$/;
  const otherKind = changes(
    `values of ${from.name} are converted to ${to.name}, which makes other values of some`,
  );
  let change: ValueChange | undefined;
  if (isInteger(from)) change = integerTo(from, to);
  else if (from.name === 'DECIMAL') change = decimalTo(from, to);
  else if (from.name === 'FLOAT' || from.name === 'DOUBLE') change = floatTo(from, to);
  else if (from.name === 'BIT') change = bitTo(from, to);
  else if (/^(?:YEAR|DATE|TIME|DATETIME|TIMESTAMP)$/.test(from.name)) change = temporalTo(from, to);
  else if (isText.test(from.name)) change = isText.test(to.name) ? textToText(from, to) : undefined;
  else if (isList.test(from.name)) {
    change = isList.test(to.name)
      ? listToList(from, to)
      : isText.test(to.name)
        ? listToText(from, to)
        : undefined;
  } else if (from.name === 'JSON') change = jsonTo(to);
  else if (from.name === 'VECTOR') {
    change = to.name === 'VECTOR' ? (to.length < from.length ? fails('longer vectors') : KEEPS) : undefined;
  } else change = geometryTo(from, to);
  return change ?? otherKind;
}
