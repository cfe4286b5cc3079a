import type { Location } from '../errors.ts';
import type { ChangesetHeader, Risk } from './changeset.ts';
import { complainAbout, type Complain } from './complain.ts';
import type { Expression } from './expression.ts';
import { changesetKey } from './history.ts';
import { nameProblem, parseExpression } from './parse-expression.ts';
import { resolvePath } from './path.ts';
import { parsePreconditions } from './parse-preconditions.ts';
import {
  MAX_LENGTH,
  readBoolean,
  readChoice,
  readFields,
  readLine,
  readName,
  readNames,
  type Fields,
  type KnownKeys,
} from './yaml-fields.ts';
import type { YamlEntry } from './yaml-node.ts';

const SQL_FILE = 'put the SQL into a file and name it with "sqlFile:"';
const KEYS: KnownKeys = {
  required: ['id', 'author', 'sqlFile'],
  optional: [
    'risk',
    'allowDestructive',
    'contexts',
    'labels',
    'comment',
    'runOnChange',
    'runAlways',
    'validCheckSum',
    'tag',
    'preconditions',
  ],
  instead: {
    changes: SQL_FILE,
    sql: SQL_FILE,
    rollback: 'remove it: what undoes a failed update is the backup',
    failOnError: 'remove it: a changeset that fails ends the run',
  },
};
const RISKS: readonly Risk[] = ['low', 'medium', 'high'];

/** Parses one `changeSet:`. */
export function parseChangeset(
  entry: YamlEntry,
  file: string,
  complainOfFile: Complain,
): ChangesetHeader | undefined {
  const complain = complainAbout(complainOfFile, `changeSet ${idOf(entry)}`.trimEnd());
  const fields = readFields(entry.value, KEYS, complain);
  if (!fields) return undefined;
  const id = readName(fields.get('id'), complain);
  const author = readAuthor(fields.get('author'), complain);
  const sqlFile = readSqlFile(fields.get('sqlFile'), complain);
  const options = readOptions(fields, file, complain);
  if (id === undefined || author === undefined || sqlFile === undefined) return undefined;
  const at: Location = { file, line: entry.line };
  const sqlFileAt: Location = { file, line: fields.get('sqlFile')?.line ?? entry.line };
  return { id, author, key: changesetKey(author, id), at, sqlFile, sqlFileAt, ...options };
}

/** Everything that may be left out. */
function readOptions(
  fields: Fields,
  file: string,
  complain: Complain,
): Omit<ChangesetHeader, 'id' | 'author' | 'key' | 'at' | 'sqlFile' | 'sqlFileAt'> {
  return {
    risk: readChoice(fields.get('risk'), RISKS, complain) ?? 'low',
    allowDestructive: readBoolean(fields.get('allowDestructive'), complain) ?? false,
    contexts: readContexts(fields.get('contexts'), complain),
    labels: readLabels(fields.get('labels'), complain),
    comment: readLine(fields.get('comment'), complain) || undefined,
    runOnChange: readBoolean(fields.get('runOnChange'), complain) ?? false,
    runAlways: readBoolean(fields.get('runAlways'), complain) ?? false,
    validCheckSum: readChecksums(fields.get('validCheckSum'), complain),
    tag: readName(fields.get('tag'), complain),
    preconditions: parsePreconditions(fields.get('preconditions'), file, complain),
  };
}

/** The id for messages, if there is one that can be shown, from a changeset that may be wrong in every way. */
function idOf(entry: YamlEntry): string {
  if (entry.value.kind !== 'map') return '';
  const id = entry.value.entries.find(({ key }) => key === 'id')?.value;
  return id?.kind === 'scalar' && /^[\w.-]{1,80}$/.test(id.text) ? id.text : '';
}

/** A colon would make it unclear where in `author:id` the id begins. */
function readAuthor(entry: YamlEntry | undefined, complain: Complain): string | undefined {
  const author = readName(entry, complain);
  if (!entry || !author?.includes(':')) return author;
  return complain(
    entry.value.line,
    '"author" has a colon in it',
    'leave it out: changesets are named "author:id"',
  );
}

function readSqlFile(entry: YamlEntry | undefined, complain: Complain): string | undefined {
  const written = readName(entry, complain);
  if (entry === undefined || written === undefined) return undefined;
  const path = resolvePath(written);
  return typeof path === 'string' ? path : complain(entry.value.line, path.message, path.fix);
}

function readContexts(entry: YamlEntry | undefined, complain: Complain): Expression | undefined {
  const source = readLine(entry, complain);
  if (entry === undefined || source === undefined || source === '') return undefined;
  const parsed = parseExpression(source);
  if ('root' in parsed) return parsed;
  return complain(entry.value.line, `"contexts" is not a valid expression: ${parsed.message}`, parsed.fix);
}

function readLabels(entry: YamlEntry | undefined, complain: Complain): readonly string[] {
  const labels = readNames(entry, complain);
  for (const { text, line } of labels) {
    const problem = nameProblem(text);
    if (problem) complain(line, `"labels" has a name that is not valid: ${problem.message}`, problem.fix);
  }
  const texts = labels.map(({ text }) => text);
  if (entry && texts.join(',').length > MAX_LENGTH) {
    complain(
      entry.value.line,
      `"labels" are longer than ${MAX_LENGTH} characters`,
      'use fewer or shorter ones',
    );
  }
  return texts;
}

function readChecksums(entry: YamlEntry | undefined, complain: Complain): readonly string[] {
  return readNames(entry, complain).map(({ text, line }) => {
    if (!/^v1:[0-9a-f]{64}$/i.test(text)) {
      const fix = 'write "v1:" and 64 hex digits, as the message about the mismatch has them';
      complain(line, `"validCheckSum" cannot be "${text}"`, fix);
    }
    return text.toLowerCase();
  });
}
