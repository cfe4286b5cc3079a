import { ExpectedError } from '../../errors.ts';
import { checkSchema } from './check-schema.ts';
import { reportSchema } from './report-schema.ts';
import type { Report } from '../report.ts';

/** Reads a saved report, which anybody may have written: it has the form of one, and nothing else is known of it. */
export function parseReport(text: string): Report {
  const value = parseJson(text);
  const problem = checkSchema(reportSchema, value);
  if (problem !== undefined) throw refused(`report-file is no report of this version: ${problem}`);
  return withoutNulls(value) as Report;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refused('report-file is not JSON');
  }
}

function refused(message: string): ExpectedError {
  const fix = 'save the file that the output report-file names, of the same version of this action, as it is';
  return new ExpectedError({ code: 'invalid-input', message, fix });
}

/** JSON has null for what is not known. */
function withoutNulls(value: unknown): unknown {
  if (value === null) return undefined;
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutNulls(inner)]));
}
