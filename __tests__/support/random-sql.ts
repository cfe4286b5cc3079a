/** One of several, by a random number. */
type Pick = <Item>(items: readonly Item[]) => Item;

interface Maker {
  readonly random: () => number;
  readonly pick: Pick;
  mode: '' | 'NO_BACKSLASH_ESCAPES' | 'ANSI_QUOTES';
  delimiter: string;
  routines: number;
}

const MODES = ['', 'NO_BACKSLASH_ESCAPES', 'ANSI_QUOTES'] as const;
const DELIMITERS = [';', ';', '//', '$$', ';;', '|', 'go', '!!'];
const NASTY = [
  ...[
    ';',
    '//',
    '$$',
    '|',
    'go',
    '!!',
    '--',
    '-- ',
    '#',
    '/*',
    '*/',
    '/*!',
    '\n',
    '\r\n',
    '\t',
    ' ',
    'DELIMITER //',
  ],
  ...[
    '\nDELIMITER ;\n',
    "'",
    '"',
    '`',
    '\\',
    "\\'",
    'é',
    '値',
    '🚀',
    'a',
    'b1',
    '(',
    ')',
    'BEGIN',
    'END',
    'source x',
  ],
];

/** A file that the server takes without an error, with everything in it that makes splitting hard. */
export function randomSql(random: () => number, statements: number): string {
  const pick: Pick = (items) => items[Math.floor(random() * items.length)]!;
  const maker: Maker = { random, pick, mode: '', delimiter: ';', routines: 0 };
  let file = random() < 0.1 ? '\ufeff' : '';
  for (let number = 0; number < statements; number++) {
    if (random() < 0.25) file += changeDelimiter(maker);
    file += lead(maker);
    const isBlock = maker.delimiter !== ';' && maker.delimiter !== ';;' && random() < 0.4;
    file += isBlock ? block(maker) : statement(maker);
    const isLast = number === statements - 1;
    if (!isLast || random() < 0.5) file += `${pick(['', ' ', '\n', '/* x */'])}${separator(maker)}`;
    file += trail(maker);
  }
  // Under `//` the end of one comment and the beginning of the next would be a delimiter.
  // A backslash at the end of a line is one that the client leaves out, also in a name.
  return file.replaceAll('*//', '*/ /').replaceAll('\\\n', '\\ \n');
}

/** A word as delimiter may not touch the word before it, nor a slash the end of a comment. */
function separator({ delimiter }: Maker): string {
  return delimiter === 'go' || delimiter === '//' ? ` ${delimiter}` : delimiter;
}

function changeDelimiter(maker: Maker): string {
  maker.delimiter = maker.pick(DELIMITERS);
  const { pick } = maker;
  return `\n${pick(['', ' ', '\t'])}${pick(['DELIMITER', 'delimiter', 'DeLiMiTeR'])} ${maker.delimiter}${pick(['', ' ', '  words'])}\n`;
}

/** Comments and empty statements before a statement; no quote in them, as the client would follow it. */
function lead({ pick, random, delimiter }: Maker): string {
  let text = '';
  while (random() < 0.3) {
    text += pick([
      '\n',
      ' ',
      "-- it's; a comment\n",
      '# "hash"; //\n',
      "/* it's; // $$ */",
      '/* \n */',
      '\r\n',
      `${delimiter}\n`,
    ]);
  }
  return text;
}

function trail({ pick, delimiter }: Maker): string {
  return pick([
    '\n',
    '\n',
    ' ',
    delimiter === 'go' ? '\n' : '',
    " -- it's behind;\n",
    ' # behind\n',
    ' /* behind */\n',
    '\r\n',
  ]);
}

/** Several statements that the server takes from one packet; the mode is changed in none of them. */
function block(maker: Maker): string {
  const { pick, random } = maker;
  const parts = [statementWithoutMode(maker)];
  while (random() < 0.6) parts.push(statementWithoutMode(maker));
  const joined = parts.join(pick([';', ';\n', " ; -- it's\n", '; /* ; */ ']));
  return `${joined}${pick(['', ';', ';\n', ' ; '])}`;
}

function statement(maker: Maker): string {
  if (maker.random() > 0.15) return statementWithoutMode(maker);
  maker.mode = maker.pick(MODES);
  const { mode, pick } = maker;
  return pick([
    `SET sql_mode = '${mode}'`,
    `SET SESSION sql_mode := '${mode.toLowerCase()}'`,
    `SET @a = 1, @@sql_mode = '${mode}', @b = 2`,
    `/*!40101 SET @old = @@sql_mode, sql_mode = '${mode}' */`,
    `SET @@session . sql_mode = '${mode}'`,
  ]);
}

function statementWithoutMode(maker: Maker): string {
  const { pick } = maker;
  const kind = pick(['select', 'select', 'set', 'comment', 'routine', 'drop'] as const);
  switch (kind) {
    case 'select':
      return `SELECT${gap(maker)}${text(maker)}${gap(maker)}AS ${name(maker)}, 5--1, ${text(maker)}`;
    case 'set':
      return `SET @a :=${gap(maker)}${text(maker)}, @${name(maker, '`')} = 2`;
    case 'comment':
      return `SELECT /*!50000 ${text(maker)}, */ 1 /*!99999 + nothing */${gap(maker)}+ 1`;
    case 'routine':
      return `CREATE PROCEDURE p${++maker.routines}() ${body(maker)}`;
    case 'drop':
      // Behind what it takes for a comment, the client sees DELIMITER in a name too, and does not send the statement.
      return `/*!50000 DROP PROCEDURE IF EXISTS ${name(maker, '`').replaceAll(/delimiter/gi, '')} */`;
  }
}

/** Under `;` a body is one statement, and where the delimiter is a word it may not stand in it. */
function body(maker: Maker): string {
  const { pick, delimiter } = maker;
  if (delimiter === ';' || delimiter === ';;') return `SELECT ${text(maker)}`;
  return pick([
    `SELECT ${text(maker)}`,
    `BEGIN SELECT ${text(maker)}; SET @x = CASE WHEN 1 THEN 2 END; END`,
    `l: BEGIN IF IF(1, 2, 3) THEN DO 1; ELSE BEGIN END; END IF;${gap(maker)}LEAVE l; END l`,
    `BEGIN DECLARE EXIT HANDLER FOR NOT FOUND, 1062 BEGIN DO 1; END; REPEAT DO 2; UNTIL 1 END REPEAT; END`,
    `WHILE 0 DO CASE 1 WHEN 1 THEN DO 3; END CASE; END WHILE`,
  ]);
}

/** A blank, or a comment with what must not be looked at. */
function gap({ pick, delimiter }: Maker): string {
  const comment = `it's; "${delimiter}`.replace(delimiter, '');
  return pick([' ', ' ', '\n', `/* ${comment} */ `, ` -- ${comment}\n`, ` # ${comment}\n`, '\t/**/']);
}

function content({ pick, random, delimiter }: Maker): string {
  let made = '';
  while (random() < 0.7) made += pick([...NASTY, delimiter]);
  return made;
}

/** A string, quoted as the mode of the moment has it. */
function text(maker: Maker): string {
  const quote = maker.pick(maker.mode === 'ANSI_QUOTES' ? ["'"] : ["'", '"']);
  const made = content(maker).replaceAll(quote, quote + quote);
  if (maker.mode === 'NO_BACKSLASH_ESCAPES') return `${quote}${made}${quote}`;
  const escaped = made.replaceAll('\\', maker.pick(['\\\\', '\\', '\\n\\\\']));
  // A single backslash escapes what follows, so it has to be something.
  const isOpen = /(?:^|[^\\])(?:\\\\)*\\(?:$|['"])/.test(escaped);
  return `${quote}${isOpen ? made.replaceAll('\\', '\\\\') : escaped}${quote}`;
}

/** A name in back quotes, or in the double quotes of ANSI_QUOTES, where a backslash is read in two ways. */
function name(maker: Maker, only?: '`'): string {
  const quote = only ?? maker.pick(maker.mode === 'ANSI_QUOTES' ? ['`', '"'] : ['`']);
  const made = content(maker)
    .replaceAll('\\', quote === '`' ? '\\' : '')
    .replaceAll(/[\u{10000}-\u{10ffff}]/gu, '');
  return `${quote}n${made.slice(0, 40).replaceAll(quote, quote + quote)}n${quote}`;
}
