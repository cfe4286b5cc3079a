import type { AlterClause } from './alter-clauses.ts';
import { algorithmOf, engineOf, rebuildingOption } from './table-options.ts';
import { hasKeywords, outerKeywords } from './token-walk.ts';

/** Why an ALTER TABLE writes the table anew; `copies` blocks writers meanwhile and is refused under INPLACE. */
export interface Rebuild {
  readonly line: number;
  readonly how: 'copies' | 'rebuilds';
  readonly what: string;
}

/**
 * What is certain, or likely, from the statement alone; INSTANT makes the server refuse rather than rebuild.
 * https://dev.mysql.com/doc/refman/8.4/en/innodb-online-ddl-operations.html
 */
export function findRebuild(clauses: readonly AlterClause[]): Rebuild | undefined {
  const algorithm = algorithmOf(clauses);
  if (algorithm === 'INSTANT') return undefined;
  const isReplacingKey = clauses.some((clause) => clause.kind === 'add-key' && clause.key === 'primary');
  for (const clause of clauses) {
    const rebuild = rebuildOf(clause, isReplacingKey);
    if (rebuild && !(algorithm === 'INPLACE' && rebuild.how === 'copies'))
      return { ...rebuild, line: clause.line };
  }
  return undefined;
}

type Found = Omit<Rebuild, 'line'> | undefined;

function rebuildOf(clause: AlterClause, isReplacingKey: boolean): Found {
  if (algorithmOf([clause]) === 'COPY') return copies('ALGORITHM = COPY');
  const partitioning = partitioningOf(clause);
  if (partitioning) return partitioning;
  switch (clause.kind) {
    case 'add-column':
      return addedColumn(clause.column);
    case 'change-column':
      return copies(`another type of column "${clause.column.name}"`);
    case 'add-key':
      return addedKey(clause);
    case 'drop':
      if (clause.what !== 'primary') return undefined;
      return isReplacingKey ? rebuilds('another primary key') : copies('DROP PRIMARY KEY');
    case 'partition':
      return repartition(clause.action);
    case 'other':
      return otherClause(clause);
    case 'rename-column':
    case 'rename-table':
      return undefined;
  }
}

function addedColumn(column: Extract<AlterClause, { kind: 'add-column' }>['column']): Found {
  if (column.generated === 'stored') return copies(`the STORED column "${column.name}"`);
  if (column.isAutoIncrement) return rebuilds(`the AUTO_INCREMENT column "${column.name}"`);
  if (column.isPrimary) return rebuilds(`the primary key "${column.name}"`);
  if (column.isReference) return copies(`the foreign key of column "${column.name}"`);
  return column.hasCheck ? copies(`the CHECK of column "${column.name}"`) : undefined;
}

function addedKey({ key, isEnforced }: Extract<AlterClause, { kind: 'add-key' }>): Found {
  switch (key) {
    case 'primary':
      return rebuilds('ADD PRIMARY KEY');
    case 'fulltext':
      return rebuilds('the first FULLTEXT index');
    case 'foreign':
      return copies('ADD FOREIGN KEY with foreign_key_checks on');
    case 'check':
      return isEnforced ? copies('ADD CHECK') : undefined;
    case 'unique':
    case 'spatial':
    case 'index':
      return undefined;
  }
}

/** Partitioning options may follow the last clause without a comma. */
function partitioningOf({ tokens }: AlterClause): Found {
  for (const [word, at] of outerKeywords(tokens)) {
    if (word === 'PARTITION' && hasKeywords(tokens, at + 1, 'BY')) return copies('PARTITION BY');
    if (word === 'REMOVE' && hasKeywords(tokens, at + 1, 'PARTITIONING'))
      return copies('REMOVE PARTITIONING');
  }
  return undefined;
}

function repartition(action: string): Found {
  if (['COALESCE', 'REORGANIZE'].includes(action)) return copies(`${action} PARTITION`);
  return ['REBUILD', 'OPTIMIZE'].includes(action) ? rebuilds(`${action} PARTITION`) : undefined;
}

function otherClause(clause: AlterClause): Found {
  const { tokens } = clause;
  if (hasKeywords(tokens, 0, 'CONVERT', 'TO')) return copies('CONVERT TO CHARACTER SET');
  if (hasKeywords(tokens, 0, 'ORDER', 'BY')) return copies('ORDER BY');
  const isCheck = hasKeywords(tokens, 0, 'ALTER', 'CHECK') || hasKeywords(tokens, 0, 'ALTER', 'CONSTRAINT');
  if (isCheck && tokens.at(-2)?.text.toUpperCase() !== 'NOT') return copies('an enforced check');
  const option = rebuildingOption(clause);
  if (option === 'ENGINE') {
    const engine = engineOf(clause) ?? '';
    // To the engine that nearly all tables have already, it is in place.
    return engine === 'INNODB' ? rebuilds('ENGINE = InnoDB') : copies(`ENGINE = ${engine}`);
  }
  if (option === undefined) return undefined;
  return option === 'ENCRYPTION' ? copies(option) : rebuilds(option);
}

function copies(what: string): Found {
  return { how: 'copies', what };
}

function rebuilds(what: string): Found {
  return { how: 'rebuilds', what };
}
