import type { Report } from '../report.ts';
import { toSafeJson } from '../../wording/workflow-command.ts';

/** The whole report as JSON: keys sorted, so that equal reports are equal files; what is not known is null. */
export function renderReportJson(report: Report): string {
  return `${toSafeJson(toJsonValue(report), 2)}\n`;
}

/** The same as a value for a larger document; `docs/report.schema.json` describes it. */
export function toJsonValue(report: Report): unknown {
  return sorted(report);
}

function sorted(value: unknown): unknown {
  if (value === undefined) return null;
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
