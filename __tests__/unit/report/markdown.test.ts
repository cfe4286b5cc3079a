import { describe, expect, test } from '@jest/globals';
import {
  atMost,
  blocks,
  details,
  list,
  section,
  table,
} from '../../../src/report/markdown/markdown-blocks.ts';
import { code, inline, link, nothing, sqlBlock, text } from '../../../src/report/markdown/markdown.ts';

describe('plain text in Markdown', () => {
  test.each([
    ['snake_case stays, _this_ does not', 'snake_case stays, &#95;this&#95; does not'],
    ['a | b', 'a &#124; b'],
    ['<b>&amp;', '&lt;b&gt;&amp;amp;'],
    ['*x* `y` ~z~ [a](b) $m$ \\', '&#42;x&#42; &#96;y&#96; &#126;z&#126; &#91;a&#93;(b) &#36;m&#36; &#92;'],
    ['@octocat @org/team', '@&#8203;octocat @&#8203;org/team'],
    ["'app'@'10.0.0.1'", "'app'@'10.0.0.1'"],
    ['#12 GH-3 org/r#4', '&#35;&#8203;12 GH&#8203;-3 org/r#&#8203;4'],
    ['https://x.example www.x.example', 'https:&#8203;//x.example www&#8203;.x.example'],
    ['at 10:02:03, a:004, :100: and :tada:', 'at 10:02:03, a:004, :&#8203;100: and :&#8203;tada:'],
    ['# no heading', '&#35; no heading'],
    ['- no item', '&#45; no item'],
    ['1. no item', '1&#46; no item'],
    ['1.2 s', '1.2 s'],
    ['::error::x', '&#58;:&#8203;error::x'],
    ['a\n\n  b\r\nc', 'a b c'],
    ['\u001b[31mred\u001b[0m\u0007', 'red&#92;u{7}'],
    ['a\u202eb', 'a&#92;u{202e}b'],
    ['  ', ''],
  ])('%j', (value, markdown) => {
    expect(text(value)).toEqual({ markdown });
  });

  test('is cut where it gets too long, never in the middle of a character', () => {
    expect(text('x'.repeat(50), 10).markdown).toBe(`${'x'.repeat(9)}…`);
    expect(text('𝒳'.repeat(50), 10).markdown).toBe(`${'𝒳'.repeat(4)}…`);
  });
});

describe('inline code', () => {
  test.each([
    ['anna:004', '`anna:004`'],
    ['a | b', '<code>a &#124; b</code>'],
    ['a `b`', '<code>a &#96;b&#96;</code>'],
    ['##[error]x', '<code>&#35;#&#91;error&#93;x</code>'],
    ['<b>@octocat', '`<b>@octocat`'],
    ['', ''],
  ])('%j', (value, markdown) => {
    expect(code(value)).toEqual({ markdown });
  });
});

describe('a block of SQL', () => {
  test('is fenced by more back-ticks than stand in it', () => {
    expect(sqlBlock('SELECT 1').markdown).toBe('```sql\nSELECT 1\n```');
    expect(sqlBlock('```\n`````\nx').markdown).toBe('``````sql\n```\n`````\nx\n``````');
  });

  test('holds no command and no hidden character', () => {
    expect(sqlBlock('  ::error::x\n-- ##[error]y\n\u202e').markdown).toBe(
      '```sql\n  \\::error::x\n-- ##\\[error]y\n\\u{202e}\n```',
    );
  });

  test('hides nothing that runs', () => {
    expect(sqlBlock('/*\u001b[*/ DROP TABLE a; /*\u009d*/ DROP TABLE b -- x\ry').markdown).toBe(
      '```sql\n/*\\u{1b}[*/ DROP TABLE a; /*\\u{9d}*/ DROP TABLE b -- x\\u{d}y\n```',
    );
  });

  test('cuts long lines and says by how much', () => {
    expect(sqlBlock('x'.repeat(30), 10).markdown).toBe('```sql\nxxxxxxxxx… (21 more characters)\n```');
  });
});

describe('pieces', () => {
  test('a template escapes what it is given and keeps what is Markdown', () => {
    expect(inline`**${'*'}** ${3} ${code('x')}`.markdown).toBe('**&#42;** 3 `x`');
  });

  test('a link is one only to plain http', () => {
    expect(link('run', 'https://x.example/a?b=1&c=2').markdown).toBe(
      '<a href="https://x.example/a?b=1&amp;c=2">run</a>',
    );
    expect(link('run', 'javascript:alert(1)').markdown).toBe('run');
    expect(link('run', 'https://x.example/"onclick=').markdown).toBe('run');
  });

  test('a table leaves out columns that say nothing', () => {
    const rows = [[text('1'), nothing, text('a|b')]];
    expect(table(['x', 'y', 'z'], rows).markdown).toBe('| x | z |\n| --- | --- |\n| 1 | a&#124;b |');
    expect(table(['x'], [])).toBe(nothing);
  });

  test('what is empty leaves no trace', () => {
    expect(blocks(nothing, section('Problems', list([])), details('SQL', nothing), text('x')).markdown).toBe(
      'x',
    );
  });

  test('a cut list says how many are missing', () => {
    expect(atMost([1, 2, 3], 2)).toEqual({ shown: [1, 2], rest: { markdown: '*… and 1 more.*' } });
    expect(atMost([1, 2, 3], 3).rest).toBe(nothing);
  });
});
