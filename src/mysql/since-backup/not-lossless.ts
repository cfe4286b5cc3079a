import { ExpectedError } from '../../errors.ts';

/** This restore cannot keep what others wrote; nothing was changed. */
export function notLossless(message: string, fix?: string): ExpectedError {
  return new ExpectedError({ code: 'not-lossless', message, ...(fix === undefined ? {} : { fix }) });
}
