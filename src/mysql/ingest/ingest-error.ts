import { ExpectedError } from '../../errors.ts';
import type { Dataset } from '../../pipeline/manifest/manifest.ts';
import {
  describeServerError,
  harmlessWords,
  isConnectionLost,
  isPrivilegeMissing,
  isServerError,
  isServerFull,
} from '../session/server-error.ts';

/** What a failure of the server means for a dataset; the server's words are left out where they may hold its values. */
export function describeIngestError(error: unknown, dataset: Dataset): unknown {
  // A refusal names no values, and is told with the GRANT that it asks for.
  if (error instanceof ExpectedError || !isServerError(error) || isPrivilegeMissing(error)) return error;
  const about = `dataset ${dataset.name}: `;
  if (isConnectionLost(error)) {
    return new ExpectedError({
      code: 'connection-lost',
      message: `${about}the connection was lost while it was loaded: ${describeServerError(error)}`,
      at: dataset.at,
      fix: 'see that the server runs, then run again: what was loaded is found unchanged, nothing is loaded twice',
    });
  }
  if (isServerFull(error)) {
    return new ExpectedError({
      code: 'ingest-failed',
      message: `${about}the server has no room left: ${wordsFor(error, dataset)}`,
      at: dataset.at,
      fix: `make room for about twice the size of the files (rows wait in a temporary table before they reach ${dataset.table}), then run again`,
    });
  }
  return new ExpectedError({
    code: 'ingest-failed',
    message: `${about}the server refused its rows: ${wordsFor(error, dataset)}`,
    at: dataset.at,
    fix: `correct what the server names in ${dataset.table}, then run again`,
  });
}

function wordsFor(error: unknown, { columns }: Dataset): string {
  return columns.some(({ sensitive }) => sensitive) ? harmlessWords(error) : describeServerError(error);
}
