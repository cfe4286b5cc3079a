import { describe, expect, test } from '@jest/globals';
import { parsePairs } from '../../support/runner/file-command.ts';
import { githubContext, jobEnvironment } from '../../support/runner/job-environment.ts';
import { createLineSplitter } from '../../support/runner/line-splitter.ts';
import { createOutputReader } from '../../support/runner/output-reader.ts';
import { createSecretMasker } from '../../support/runner/secret-masker.ts';
import { newStepRecord, type StepRecord } from '../../support/runner/step-record.ts';
import { stepInputs } from '../../support/runner/step-inputs.ts';

function recordOf(...lines: readonly string[]): StepRecord {
  const record = newStepRecord(createSecretMasker());
  const takeLine = createOutputReader(record, '/shop');
  for (const line of lines) takeLine(line);
  return record;
}

describe('commands in the output', () => {
  test('a command needs its colons at the start of the line, spaces aside', () => {
    const { annotations } = recordOf('  ::error::one', 'text ::error::two');
    expect(annotations.map(({ message }) => message)).toEqual(['one']);
  });

  test('a legacy command is obeyed anywhere in a line, which is how SQL text could inject one', () => {
    const { outputs, annotations } = recordOf("INSERT INTO t VALUES ('##[set-output name=result]ok');");
    expect([...outputs]).toEqual([['result', "ok');"]]);
    expect(annotations).toEqual([]);
  });

  test('properties and data are unescaped once', () => {
    const { annotations } = recordOf('::warning file=a%2Cb.sql,line=3,title=x%3Ay::100%2525%0Anext');
    expect(annotations).toEqual([
      {
        level: 'warning',
        message: '100%25\nnext',
        properties: { file: 'a,b.sql', line: '3', title: 'x:y' },
      },
    ]);
  });

  test('an absolute file of the workspace becomes a file of the repository', () => {
    const { annotations } = recordOf('::error file=/shop/a.sql::x', '::error file=/shopping/a.sql::x');
    expect(annotations.map(({ properties }) => properties['file'])).toEqual(['a.sql', '/shopping/a.sql']);
  });

  test('nothing is obeyed between stop-commands and its token', () => {
    const { annotations, log } = recordOf(
      '::stop-commands::pause4711',
      '::error::no',
      'x ##[error]no',
      '::pause4711::',
      '::error::yes',
    );
    expect(annotations.map(({ message }) => message)).toEqual(['yes']);
    expect(log).toContain('::error::no');
  });

  test('the eleventh error and what is longer than 4,096 characters are not shown', () => {
    const lines = Array.from({ length: 11 }, (_, at) => `::error::${at}${'x'.repeat(5000)}`);
    const { annotations, droppedAnnotations } = recordOf(...lines, '::notice::still');
    expect(annotations.map(({ level }) => level)).toEqual([...Array<string>(10).fill('error'), 'notice']);
    expect(annotations[0]?.message).toHaveLength(4096);
    expect(droppedAnnotations).toHaveLength(1);
  });

  test('set-env is disabled and fails the step', () => {
    const { failedCommands, annotations } = recordOf('::set-env name=A::1');
    expect(failedCommands).toHaveLength(1);
    expect(annotations[1]?.message).toBe('The `set-env` command is disabled.');
  });

  test('an unknown command is text', () => {
    expect(recordOf('::frobnicate::x').log).toEqual(['::frobnicate::x']);
  });
});

describe('masks', () => {
  test('hide what comes after them but not what came before', () => {
    const { log } = recordOf('pa55word', '::add-mask::pa55word', 'is pa55word.');
    expect(log).toEqual(['pa55word', 'is ***.']);
  });

  test('hide each line of a secret', () => {
    expect(recordOf('::add-mask::first line%0Asecond line', 'a second line').log).toEqual(['a ***']);
  });

  test.each([
    ['base64', Buffer.from('pa55"word').toString('base64')],
    ['base64 behind a user', Buffer.from('u:pa55"word').toString('base64').slice(4)],
    ['JSON', JSON.stringify('pa55"word').slice(1, -1)],
    ['a URI', encodeURIComponent('pa55"word')],
    ['XML', 'pa55&quot;word'],
  ])('hide a secret in %s', (_, encoded) => {
    expect(recordOf('::add-mask::pa55"word', `<${encoded}>`).log).toEqual(['<***>']);
  });

  test('hide overlapping secrets as one', () => {
    const masker = createSecretMasker();
    for (const secret of ['abcdef', 'defghi']) masker.add(secret);
    expect(masker.mask('-abcdefghi-')).toBe('-***-');
  });
});

describe('file commands', () => {
  test('know lines and heredocs', () => {
    const text = 'a=1=2\n\nb<<E O F\nx=1\n\ny\nE O F\nempty<<E\nE\nc=\n';
    expect([...parsePairs(text)]).toEqual([
      ['a', '1=2'],
      ['b', 'x=1\n\ny'],
      ['empty', ''],
      ['c', ''],
    ]);
  });

  test.each([
    ['a heredoc without its end', 'a<<EOF\nx\n', 'Matching delimiter not found'],
    ['a heredoc that the file cuts off', 'a<<EOF\nx', 'EOF marker missing new line'],
    ['a heredoc without a name', '<<EOF\nx\nEOF\n', 'Name must not be empty'],
    ['a line that is neither', 'hello\n', "Invalid format 'hello'"],
  ])('refuse %s', (_, text, message) => {
    expect(() => parsePairs(text)).toThrow(message);
  });
});

describe('lines', () => {
  test.each([
    ['line feeds', ['a\nb', 'c\n'], ['a', 'bc']],
    ['a line break that comes in two pieces', ['a\r', '\nb'], ['a', 'b']],
    ['a lone carriage return', ['a\r::error::b\n'], ['a', '::error::b']],
    ['no line break at the end', ['a\nb\r'], ['a', 'b']],
  ])('end at %s', (_, pieces, expected) => {
    const lines: string[] = [];
    const splitter = createLineSplitter((line) => lines.push(line));
    for (const piece of pieces) splitter.push(piece);
    splitter.end();
    expect(lines).toEqual(expected);
  });
});

describe('the environment of a step', () => {
  const definition = {
    ...{ name: 'x', main: '/x', post: undefined, postIf: 'always()', nodeVersion: 24 },
    inputs: new Map([
      ['dry-run', 'false'],
      ['two words', ''],
      ['github-token', '${{ github.token }}'],
    ]),
  };

  test('has every input, dashes kept, spaces as underscores, defaults evaluated', () => {
    const { environment, warning } = stepInputs(definition, { 'Dry-Run': 'true' }, { token: 't0ken' });
    expect(environment).toEqual({
      'INPUT_DRY-RUN': 'true',
      INPUT_TWO_WORDS: '',
      'INPUT_GITHUB-TOKEN': 't0ken',
    });
    expect(warning).toBeUndefined();
  });

  test('has unknown inputs as well, with a warning', () => {
    const { environment, warning } = stepInputs(definition, { 'dry-rum': 'true' }, {});
    expect(environment['INPUT_DRY-RUM']).toBe('true');
    expect(warning).toMatch(/^Unexpected input\(s\) 'dry-rum', valid inputs are \['dry-run', /);
  });

  test('has nothing of the environment of the tests and no token', () => {
    const folders = { workspace: '/w', temp: '/t', files: '/f' };
    const environment = jobEnvironment({ ...githubContext({}, folders), token: 't0ken' }, folders);
    const names = Object.keys(environment).filter((name) => !/^(GITHUB|RUNNER)_/.test(name));
    expect(names.toSorted()).toEqual(
      ['CI', 'HOME', 'LANG', 'PATH', 'TMPDIR'].filter((name) => name in process.env || name in environment),
    );
    expect(environment).not.toHaveProperty('GITHUB_TOKEN');
  });
});
