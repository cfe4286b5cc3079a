/** Takes text in pieces and gives whole lines. */
export interface LineSplitter {
  readonly push: (text: string) => void;
  /** Gives what is left when the text ends without a line break. */
  readonly end: () => void;
}

/** Lines as .NET reads them: a lone carriage return ends one, and so can hide a command in the middle of output. */
export function createLineSplitter(takeLine: (line: string) => void): LineSplitter {
  let pending = '';
  return {
    push: (text) => {
      pending += text;
      // A carriage return at the end may be half of a line break.
      const lines = pending.split(/\r\n|\n|\r(?!$)/);
      pending = lines.pop() ?? '';
      for (const line of lines) takeLine(line);
    },
    end: () => {
      if (pending !== '') takeLine(pending.replace(/\r$/, ''));
      pending = '';
    },
  };
}
