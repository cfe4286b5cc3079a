import type { Location } from '../../errors.ts';
import { knownKeys } from '../../yaml/documented-key.ts';
import { CHANGESET_KEYS, RISKS } from './changelog-keys.ts';
import type { ChangesetHeader } from '../changeset.ts';
import { addProblemAbout, type ProblemSink } from '../../yaml/problem-sink.ts';
import type { Expression } from '../expression.ts';
import { changesetKey } from '../history.ts';
import { nameProblem, parseExpression } from './parse-expression.ts';
import { resolvePath } from '../../yaml/path.ts';
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
} from '../../yaml/yaml-fields.ts';
import type { YamlEntry } from '../../yaml/yaml-node.ts';

const SQL_FILE = 'put the SQL into a file and name it with "sqlFile:"';
const KEYS: KnownKeys = knownKeys(CHANGESET_KEYS, {
  changes: SQL_FILE,
  sql: SQL_FILE,
  rollback: 'remove it: what undoes a failed update is the backup',
  failOnError: 'remove it: a changeset that fails ends the run',
});

/** Parses one `changeSet:`. */
export function parseChangeset(
  entry: YamlEntry,
  file: string,
  reportFile: ProblemSink,
): ChangesetHeader | undefined {
  const addProblem = addProblemAbout(reportFile, `changeSet ${idOf(entry)}`.trimEnd());
  const fields = readFields(entry.value, KEYS, addProblem);
  if (!fields) return undefined;
  const id = readName(fields.get('id'), addProblem);
  const author = readAuthor(fields.get('author'), addProblem);
  const sqlFile = readSqlFile(fields.get('sqlFile'), addProblem);
  const options = readOptions(fields, file, addProblem);
  if (id === undefined || author === undefined || sqlFile === undefined) return undefined;
  const at: Location = { file, line: entry.line };
  const sqlFileAt: Location = { file, line: fields.get('sqlFile')?.line ?? entry.line };
  return { id, author, key: changesetKey(author, id), at, sqlFile, sqlFileAt, ...options };
}

/** Everything that may be left out. */
function readOptions(
  fields: Fields,
  file: string,
  addProblem: ProblemSink,
): Omit<ChangesetHeader, 'id' | 'author' | 'key' | 'at' | 'sqlFile' | 'sqlFileAt'> {
  return {
    risk: readChoice(fields.get('risk'), RISKS, addProblem) ?? 'low',
    allowDestructive: readBoolean(fields.get('allowDestructive'), addProblem) ?? false,
    contexts: readContexts(fields.get('contexts'), addProblem),
    labels: readLabels(fields.get('labels'), addProblem),
    comment: readLine(fields.get('comment'), addProblem) || undefined,
    runOnChange: readBoolean(fields.get('runOnChange'), addProblem) ?? false,
    runAlways: readBoolean(fields.get('runAlways'), addProblem) ?? false,
    validCheckSum: readChecksums(fields.get('validCheckSum'), addProblem),
    tag: readName(fields.get('tag'), addProblem),
    preconditions: parsePreconditions(fields.get('preconditions'), file, addProblem),
  };
}

/** The id for messages, if there is one that can be shown, from a changeset that may be wrong in every way. */
function idOf(entry: YamlEntry): string {
  if (entry.value.kind !== 'map') return '';
  const id = entry.value.entries.find(({ key }) => key === 'id')?.value;
  return id?.kind === 'scalar' && /^[\w.-]{1,80}$/.test(id.text) ? id.text : '';
}

/** A colon would make it unclear where in `author:id` the id begins. */
function readAuthor(entry: YamlEntry | undefined, addProblem: ProblemSink): string | undefined {
  const author = readName(entry, addProblem);
  if (!entry || !author?.includes(':')) return author;
  return addProblem(
    entry.value.line,
    '"author" has a colon in it',
    'leave it out: changesets are named "author:id"',
  );
}

function readSqlFile(entry: YamlEntry | undefined, addProblem: ProblemSink): string | undefined {
  const written = readName(entry, addProblem);
  if (entry === undefined || written === undefined) return undefined;
  const path = resolvePath(written);
  return typeof path === 'string' ? path : addProblem(entry.value.line, path.message, path.fix);
}

function readContexts(entry: YamlEntry | undefined, addProblem: ProblemSink): Expression | undefined {
  const source = readLine(entry, addProblem);
  if (entry === undefined || source === undefined || source === '') return undefined;
  const parsed = parseExpression(source);
  if ('root' in parsed) return parsed;
  return addProblem(entry.value.line, `"contexts" is not a valid expression: ${parsed.message}`, parsed.fix);
}

function readLabels(entry: YamlEntry | undefined, addProblem: ProblemSink): readonly string[] {
  const labels = readNames(entry, addProblem);
  for (const { text, line } of labels) {
    const problem = nameProblem(text);
    if (problem) addProblem(line, `"labels" has a name that is not valid: ${problem.message}`, problem.fix);
  }
  const texts = labels.map(({ text }) => text);
  if (entry && texts.join(',').length > MAX_LENGTH) {
    addProblem(
      entry.value.line,
      `"labels" are longer than ${MAX_LENGTH} characters`,
      'use fewer or shorter ones',
    );
  }
  return texts;
}

function readChecksums(entry: YamlEntry | undefined, addProblem: ProblemSink): readonly string[] {
  return readNames(entry, addProblem).map(({ text, line }) => {
    if (!/^v1:[0-9a-f]{64}$/i.test(text)) {
      const fix = 'write "v1:" and 64 hex digits, as the message about the mismatch has them';
      addProblem(line, `"validCheckSum" cannot be "${text}"`, fix);
    }
    return text.toLowerCase();
  });
}
