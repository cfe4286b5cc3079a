import { codeTokens } from './code-tokens.ts';
import type { Complain } from './complain.ts';
import { judgeSelect } from './judge-select.ts';
import type { Question } from './precondition.ts';
import { splitStatements } from './split.ts';
import {
  readCount,
  readFields,
  readName,
  readNames,
  readRaw,
  type Fields,
  type KnownKeys,
} from './yaml-fields.ts';
import type { YamlNode } from './yaml-node.ts';

type Kind = Question['kind'];

const ONE_SELECT = 'write one SELECT';
const ELSEWHERE = 'remove it: db-deploy looks into the target schema only';
const NOT_HERE = { schemaName: ELSEWHERE, catalogName: ELSEWHERE };

const KEYS: Readonly<Record<Kind, KnownKeys>> = {
  tableExists: { required: ['tableName'], optional: [] },
  viewExists: { required: ['viewName'], optional: [] },
  columnExists: { required: ['tableName', 'columnName'], optional: [] },
  indexExists: { required: [], optional: ['tableName', 'indexName', 'columnNames'] },
  foreignKeyConstraintExists: { required: ['foreignKeyName'], optional: ['foreignKeyTableName'] },
  primaryKeyExists: { required: ['tableName'], optional: [] },
  tableIsEmpty: { required: ['tableName'], optional: [] },
  rowCount: { required: ['tableName', 'expectedRows'], optional: [] },
  sqlCheck: { required: ['expectedResult', 'sql'], optional: [] },
  changeSetExecuted: { required: ['author', 'id'], optional: [] },
};

/** The kinds that ask something, in the order of the documentation. */
export const QUESTION_KINDS = Object.keys(KEYS) as readonly Kind[];

/** Whether it is one of them, not `and`, `or`, `not` or a mistake. */
export function isQuestionKind(kind: string): kind is Kind {
  return Object.hasOwn(KEYS, kind);
}

/** Parses the attributes of one kind: `{ tableName: customers }`. */
export function parseQuestion(kind: Kind, node: YamlNode, complain: Complain): Question | undefined {
  const fields = readFields(node, { ...KEYS[kind], instead: NOT_HERE }, complain);
  if (!fields) return undefined;
  const name = (key: string): string | undefined => readName(fields.get(key), complain);
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
      return parseIndex(fields, node, complain);
    case 'foreignKeyConstraintExists': {
      const [foreignKeyTableName, foreignKeyName] = [name('foreignKeyTableName'), name('foreignKeyName')];
      return foreignKeyName === undefined ? undefined : { kind, foreignKeyTableName, foreignKeyName };
    }
    case 'rowCount': {
      const [tableName, expectedRows] = [name('tableName'), readCount(fields.get('expectedRows'), complain)];
      return tableName === undefined || expectedRows === undefined
        ? undefined
        : { kind, tableName, expectedRows };
    }
    case 'sqlCheck':
      return parseSqlCheck(fields, complain);
    case 'changeSetExecuted': {
      const [author, id] = [name('author'), name('id')];
      return author === undefined || id === undefined ? undefined : { kind, author, id };
    }
  }
}

function parseIndex(fields: Fields, node: YamlNode, complain: Complain): Question | undefined {
  const tableName = readName(fields.get('tableName'), complain);
  const indexName = readName(fields.get('indexName'), complain);
  const columnNames = readNames(fields.get('columnNames'), complain).map(({ text }) => text);
  if (!fields.has('indexName') && !(fields.has('tableName') && fields.has('columnNames'))) {
    return complain(
      node.line,
      'it does not say which index',
      'add "indexName:", or both "tableName:" and "columnNames:"',
    );
  }
  return { kind: 'indexExists', tableName, indexName, columnNames };
}

function parseSqlCheck(fields: Fields, complain: Complain): Question | undefined {
  const expectedResult = readRaw(fields.get('expectedResult'), complain);
  const entry = fields.get('sql');
  const source = readRaw(entry, complain);
  if (entry === undefined || source === undefined) return undefined;
  const sql = readSelect(source, entry.value.line, complain);
  return sql === undefined || expectedResult === undefined
    ? undefined
    : { kind: 'sqlCheck', expectedResult, sql };
}

/** The one SELECT of a text, without its `;`. */
function readSelect(source: string, line: number, complain: Complain): string | undefined {
  if (codeTokens({ text: source, line }).next().done) return complain(line, '"sql" is empty', ONE_SELECT);
  const { statements, problems } = splitStatements(source, '');
  const [statement, second] = statements;
  if (second) return complain(line, `"sql" has ${statements.length} statements`, ONE_SELECT);
  const [problem] = problems;
  if (problem || !statement) return complain(line, `"sql": ${problem?.message}`, problem?.fix ?? ONE_SELECT);
  const flaw = judgeSelect(statement);
  if (flaw) return complain(line, `"sql" ${flaw.message}`, flaw.fix);
  return statement.text;
}
