import type { ProblemSink } from '../../yaml/problem-sink.ts';
import { isIntegerKind, isWithin, rangeOfType } from '../../pipeline/manifest/integer-range.ts';
import type { Column, ColumnType } from '../../pipeline/manifest/manifest.ts';
import { compilePattern, type TextPattern } from '../../pipeline/manifest/text-pattern.ts';
import { isOfLogicalType, mapLogicalType, mapPhysicalType, type MappedType } from './column-type.ts';
import type { ContractProperty } from '../contract.ts';
import { BOUND_OPTIONS, boundRules, enumRule, textRules } from './value-rules.ts';

/** Where what a contract says goes: problems end the run, warnings say that nothing enforces it. */
export interface ContractSinks {
  readonly problem: ProblemSink;
  readonly warn: ProblemSink;
}

const TEXT_OPTIONS = ['minLength', 'maxLength', 'pattern', 'format'];
const INSTANT_OPTIONS = ['format', 'timezone', 'defaultTimezone'];
const MAX_IDENTIFIER = 64;

/** The column that a property is, with all of its rules that a row can be judged by. */
export function toColumn(property: ContractProperty, file: string, sinks: ContractSinks): Column | undefined {
  const { column: name, line, required, primaryKey, isSensitive, values } = property;
  const { problem, warn } = sinks;
  if (property.isMeasure) {
    return warn(
      line,
      'a measure is no column of the table, so it is not checked',
      'leave it to who computes it',
    );
  }
  if (name.trim() !== name || name === '' || name.length > MAX_IDENTIFIER || /\p{Cc}/u.test(name)) {
    return problem(line, `"${name.slice(0, 80)}" is not a name of a column`, 'give it a "physicalName"');
  }
  const mapped = readType(property, sinks);
  if (!mapped) return undefined;
  const { type, members } = mapped;
  warnOfUnused(property, type, warn);
  const listed = [
    values && enumRule(values, type, warn),
    members && enumRule({ value: members, line }, type, warn),
  ].filter((rule) => rule !== undefined);
  const ofText = type.kind === 'string' ? textRules(property, warn) : [];
  return {
    ...{ name, type, sensitive: isSensitive },
    required: (required?.value ?? false) || (primaryKey?.value ?? false),
    maxLength: type.kind === 'string' ? readMaxLength(property, mapped) : undefined,
    pattern: type.kind === 'string' ? readPattern(property, warn) : undefined,
    rules: [...ofText, ...boundRules(property, type, warn), ...listed],
    at: { file, line },
  };
}

/** The type of MySQL where it is named, else the one that the standard's type stands for. */
function readType(property: ContractProperty, { problem, warn }: ContractSinks): MappedType | undefined {
  const { physicalType, logicalType, line, options } = property;
  const physical = physicalType && mapPhysicalType(physicalType.value);
  const format = options.get('format')?.value;
  const logical = logicalType && mapLogicalType(logicalType.value, format);
  if (physical) {
    if (!logicalType || !logical) return physical;
    if (!isOfLogicalType(physical.type, logicalType.value)) {
      const message = `"logicalType: ${logicalType.value}" is not enforced: a ${physicalType.value} holds other values too`;
      warn(logicalType.line, message, 'make both say the same');
    }
    const isNarrower = options.has('format') && isNarrowerInteger(logical, physical.type);
    return isNarrower ? { type: logical } : physical;
  }
  if (physicalType && logical) {
    const message = `"physicalType: ${physicalType.value}" is not a type of MySQL that is loaded: "logicalType: ${logicalType.value}" decides`;
    warn(physicalType.line, message, 'write the type of the staging column, such as VARCHAR(255)');
  }
  if (logical) return { type: logical };
  const found = physicalType
    ? `"physicalType: ${physicalType.value}" is not a type of MySQL that is loaded`
    : 'it has no type';
  return problem(
    physicalType?.line ?? line,
    found,
    'give it a "logicalType", or the type of the staging column',
  );
}

function isNarrowerInteger(logical: ColumnType, physical: ColumnType): boolean {
  return (
    isIntegerKind(logical.kind) &&
    isIntegerKind(physical.kind) &&
    isWithin(
      rangeOfType({ ...logical, kind: logical.kind }),
      rangeOfType({ ...physical, kind: physical.kind }),
    )
  );
}

function readMaxLength({ options }: ContractProperty, { maxLength }: MappedType): number | undefined {
  const given = options.get('maxLength');
  const most = Math.min(given ? Number(given.value) : Infinity, maxLength ?? Infinity);
  return Number.isSafeInteger(most) ? most : undefined;
}

function readPattern({ options }: ContractProperty, warn: ProblemSink): TextPattern | undefined {
  const pattern = options.get('pattern');
  if (!pattern) return undefined;
  const compiled = compilePattern(pattern.value);
  if (!('problem' in compiled)) return compiled;
  const message = `"pattern" is not enforced, because it cannot be matched in linear time: ${compiled.problem}`;
  return warn(
    pattern.line,
    message,
    "write it in RE2's syntax: without look-around, back-references and \\u",
  );
}

/** ISO 8601 in the words of Java, which is what is read where the dataset has no `dateFormat`. */
const ISO_FORMAT =
  /^(?:iso.?8601|date(?:-time)?|yyyy-MM-dd(?:(?:'T'|T| )HH:mm(?::ss(?:[.,]S+)?)?(?:'?Z'?|X{1,3})?)?|HH:mm(?::ss(?:[.,]S+)?)?)$/i;
const UTC = /^(?:(?:etc\/)?(?:utc|gmt)|z)$/i;

function warnOfUnused(property: ContractProperty, type: ColumnType, warn: ProblemSink): void {
  const { options, others, logicalType } = property;
  const isInstant = ['date', 'datetime', 'time'].includes(type.kind);
  const isNumber = ['integer', 'number'].includes(logicalType?.value ?? '');
  for (const [key, { value, line }] of options) {
    if ((BOUND_OPTIONS as readonly string[]).includes(key)) continue;
    if (type.kind === 'string' && TEXT_OPTIONS.includes(key)) continue;
    if (isNumber && key === 'format') continue;
    if (isInstant && INSTANT_OPTIONS.includes(key)) {
      const isKept = key === 'format' ? ISO_FORMAT.test(value) : key === 'timezone' || UTC.test(value);
      const fix =
        key === 'format'
          ? 'say how files write it by "dateFormat" of the dataset'
          : 'have files say the zone';
      if (!isKept) warn(line, `"${key}: ${value}" is not enforced`, fix);
      continue;
    }
    warn(line, `"${key}: ${value}" is not enforced on a ${type.kind}`, 'write a check in SQL, or remove it');
  }
  for (const { value, line } of others) {
    warn(line, `"${value}" is not enforced`, 'write a check in SQL, or a built-in one in the manifest');
  }
}
