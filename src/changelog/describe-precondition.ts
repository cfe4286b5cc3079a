import { isGroup, type Precondition } from './precondition.ts';

/** What a precondition demands, in words: table `customers` exists. */
export function describePrecondition(condition: Precondition): string {
  switch (condition.kind) {
    case 'tableExists':
      return `table \`${condition.tableName}\` exists`;
    case 'viewExists':
      return `view \`${condition.viewName}\` exists`;
    case 'columnExists':
      return `column \`${condition.tableName}\`.\`${condition.columnName}\` exists`;
    case 'indexExists':
      return `${describeIndex(condition)} exists`;
    case 'foreignKeyConstraintExists':
      return `foreign key \`${condition.foreignKeyName}\`${ofTable(condition.foreignKeyTableName)} exists`;
    case 'primaryKeyExists':
      return `table \`${condition.tableName}\` has a primary key`;
    case 'tableIsEmpty':
      return `table \`${condition.tableName}\` is empty`;
    case 'rowCount':
      return `table \`${condition.tableName}\` has ${condition.expectedRows} rows`;
    case 'sqlCheck':
      return `${JSON.stringify(condition.expectedResult)} is the result of ${condition.sql}`;
    case 'changeSetExecuted':
      return `changeset ${condition.author}:${condition.id} was executed`;
    case 'not':
      return `none of this is so: ${describeAll(condition.conditions, 'or')}`;
    case 'and':
    case 'or':
      return describeAll(condition.conditions, condition.kind);
  }
}

function describeAll(conditions: readonly Precondition[], word: string): string {
  const described = conditions.map((inner) =>
    isGroup(inner) ? `(${describePrecondition(inner)})` : describePrecondition(inner),
  );
  return described.join(` ${word} `);
}

function describeIndex(condition: Extract<Precondition, { kind: 'indexExists' }>): string {
  const { indexName, columnNames, tableName } = condition;
  const columns = columnNames.length === 0 ? '' : ` over (${columnNames.join(', ')})`;
  return `index${indexName === undefined ? '' : ` \`${indexName}\``}${columns}${ofTable(tableName)}`;
}

function ofTable(tableName: string | undefined): string {
  return tableName === undefined ? '' : ` of table \`${tableName}\``;
}
