import type { LogEvent } from './log.ts';
import { valueRedactor } from '../redaction/redact.ts';
import type { Report } from '../report/report.ts';

/** What holds single words and numbers of ours, in which a secret could only be found by chance. */
const OURS = new Set(
  'mode result live certainty status risk reason code rule severity startedAt finishedAt checksum planHash file sqlFile level event'.split(
    ' ',
  ),
);

type Redact = (text: string) => string;

/**
 * A report without any of the secrets. To be done before rendering: what is escaped for Markdown or JSON is no longer
 * what the runner looks for when it masks.
 */
export function redactReport(report: Report, secrets: readonly string[]): Report {
  return redacted(report, valueRedactor(secrets)) as Report;
}

/** The same for what is logged: an escaped `##[` or control character would hide the secret that holds it. */
export function redactEvent(event: LogEvent, redact: Redact): LogEvent {
  return redacted(event, redact) as LogEvent;
}

function redacted(value: unknown, redact: Redact): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item) => redacted(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      (OURS.has(key) && isWord(inner)) || isDigits(key, inner) ? inner : redacted(inner, redact),
    ]),
  );
}

/** Digits of a hash, which is given back whole or is not that of any plan. */
function isDigits(key: string, value: unknown): boolean {
  if (key !== 'planParts' || typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(
    ([name, digits]) => /^[a-z-]+$/.test(name) && /^[0-9a-f]{12}$/.test(String(digits)),
  );
}

/** The reason of a rejected row is a sentence, and quotes what others wrote. */
function isWord(value: unknown): boolean {
  return typeof value === 'string' && !/\s/.test(value);
}
