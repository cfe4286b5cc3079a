/** A `DELIMITER` line as it was read: the new delimiter, or what is wrong with it. */
export type DelimiterLine =
  | { readonly kind: 'delimiter'; readonly delimiter: string }
  | { readonly kind: 'problem'; readonly message: string; readonly fix: string };

/** The client has room for no more. */
const LONGEST = 15;
const FORM = /^delimiter(?:[ \t]+(?:'([^']*)'?|"([^"]*)"?|`([^`]*)`?|(\S+)))?/i;

/** Whether a statement begins with the client's command `DELIMITER`. */
export function isDelimiterCommand(sql: string, start: number): boolean {
  const code = sql.charCodeAt(start) | 32;
  return code === 100 && /^delimiter(?![\w$])/i.test(sql.slice(start, start + 10));
}

/** Reads the rest of such a line; what follows the first word is ignored, as the client does. */
export function parseDelimiterLine(line: string): DelimiterLine {
  const match = FORM.exec(line);
  const delimiter = match?.slice(1).find((argument) => argument !== undefined);
  if (delimiter === undefined || delimiter === '') {
    return {
      kind: 'problem',
      message: 'DELIMITER names no delimiter',
      fix: 'write a blank and the delimiter after it: DELIMITER //',
    };
  }
  if (delimiter.includes('\\') || delimiter.length > LONGEST) {
    return {
      kind: 'problem',
      message: `the mysql client cannot take "${delimiter}" as a delimiter`,
      fix: `choose one of at most ${LONGEST} characters without a backslash: DELIMITER //`,
    };
  }
  return { kind: 'delimiter', delimiter };
}
