import { codeTokens } from '../../sql/code-tokens.ts';
import type { ProblemSink } from '../../yaml/problem-sink.ts';
import { judgeSelect } from '../../sql/read/judge-select.ts';
import type { Question } from '../precondition.ts';
import { splitStatements } from '../../sql/split/split.ts';
import { readCount, readFields, readName, readNames, readRaw, type Fields } from '../../yaml/yaml-fields.ts';
import { knownKeys } from '../../yaml/documented-key.ts';
import { QUESTION_KEYS } from './question-keys.ts';
import type { YamlNode } from '../../yaml/yaml-node.ts';

type Kind = Question['kind'];

const ONE_SELECT = 'write one SELECT';
const ELSEWHERE = 'remove it: db-deploy looks into the target schema only';
const NOT_HERE = { schemaName: ELSEWHERE, catalogName: ELSEWHERE };

/** Whether it is one of them, not `and`, `or`, `not` or a mistake. */
export function isQuestionKind(kind: string): kind is Kind {
  return Object.hasOwn(QUESTION_KEYS, kind);
}

/** Parses the attributes of one kind: `{ tableName: customers }`. */
export function parseQuestion(kind: Kind, node: YamlNode, addProblem: ProblemSink): Question | undefined {
  const fields = readFields(node, knownKeys(QUESTION_KEYS[kind], NOT_HERE), addProblem);
  if (!fields) return undefined;
  const name = (key: string): string | undefined => readName(fields.get(key), addProblem);
  switch (kind) {
    case 'tableExists':
    case 'primaryKeyExists':
    case 'tableIsEmpty': {
      const tableName = name('tableName');
      return tableName === undefined ? undefined : { kind, tableName };
    }
    case 'viewExists': {
      const viewName = name('viewName');
      return viewName === undefined ? undefined : { kind, viewName };
    }
    case 'columnExists': {
      const [tableName, columnName] = [name('tableName'), name('columnName')];
      return tableName === undefined || columnName === undefined
        ? undefined
        : { kind, tableName, columnName };
    }
    case 'indexExists':
      return parseIndex(fields, node, addProblem);
    case 'foreignKeyConstraintExists': {
      const [foreignKeyTableName, foreignKeyName] = [name('foreignKeyTableName'), name('foreignKeyName')];
      return foreignKeyName === undefined ? undefined : { kind, foreignKeyTableName, foreignKeyName };
    }
    case 'rowCount': {
      const [tableName, expectedRows] = [
        name('tableName'),
        readCount(fields.get('expectedRows'), addProblem),
      ];
      return tableName === undefined || expectedRows === undefined
        ? undefined
        : { kind, tableName, expectedRows };
    }
    case 'sqlCheck':
      return parseSqlCheck(fields, addProblem);
    case 'changeSetExecuted': {
      const [author, id] = [name('author'), name('id')];
      return author === undefined || id === undefined ? undefined : { kind, author, id };
    }
  }
}

function parseIndex(fields: Fields, node: YamlNode, addProblem: ProblemSink): Question | undefined {
  const tableName = readName(fields.get('tableName'), addProblem);
  const indexName = readName(fields.get('indexName'), addProblem);
  const columnNames = readNames(fields.get('columnNames'), addProblem).map(({ text }) => text);
  if (!fields.has('indexName') && !(fields.has('tableName') && fields.has('columnNames'))) {
    return addProblem(
      node.line,
      'it does not say which index',
      'add "indexName:", or both "tableName:" and "columnNames:"',
    );
  }
  return { kind: 'indexExists', tableName, indexName, columnNames };
}

function parseSqlCheck(fields: Fields, addProblem: ProblemSink): Question | undefined {
  const expectedResult = readRaw(fields.get('expectedResult'), addProblem);
  const entry = fields.get('sql');
  const source = readRaw(entry, addProblem);
  if (entry === undefined || source === undefined) return undefined;
  const sql = readSelect(source, entry.value.line, addProblem);
  return sql === undefined || expectedResult === undefined
    ? undefined
    : { kind: 'sqlCheck', expectedResult, sql };
}

/** The one SELECT of a text, without its `;`. */
function readSelect(source: string, line: number, addProblem: ProblemSink): string | undefined {
  if (codeTokens({ text: source, line }).next().done) return addProblem(line, '"sql" is empty', ONE_SELECT);
  const { statements, problems } = splitStatements(source, '');
  const [statement, second] = statements;
  if (second) return addProblem(line, `"sql" has ${statements.length} statements`, ONE_SELECT);
  const [problem] = problems;
  if (problem || !statement)
    return addProblem(line, `"sql": ${problem?.message}`, problem?.fix ?? ONE_SELECT);
  const flaw = judgeSelect(statement);
  if (flaw) return addProblem(line, `"sql" ${flaw.message}`, flaw.fix);
  return statement.text;
}
