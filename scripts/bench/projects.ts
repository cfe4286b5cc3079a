import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The same changes for every tool: `count` changesets of three statements. */
export interface Project {
  readonly folder: string;
  /** All statements, for the `mysql` client. */
  readonly allSql: string;
}

function statementsOf(number: number): readonly string[] {
  return [
    `CREATE TABLE t${number} (id INT NOT NULL PRIMARY KEY, name VARCHAR(100), amount DECIMAL(10, 2))`,
    `INSERT INTO t${number} VALUES (1, 'one', 1.5), (2, 'two; three', 2.5)`,
    `CREATE INDEX idx_t${number}_name ON t${number} (name)`,
  ];
}

/** Writes a changelog, SQL files, and the same as dbmate migrations. */
export async function writeProject(folder: string, count: number): Promise<Project> {
  await mkdir(join(folder, 'changelog'), { recursive: true });
  await mkdir(join(folder, 'migrations'), { recursive: true });
  await mkdir(join(folder, 'dbmate'), { recursive: true });
  const changelog = ['databaseChangeLog:'];
  const all: string[] = [];
  for (let number = 1; number <= count; number += 1) {
    const name = String(number).padStart(5, '0');
    const sql = statementsOf(number)
      .map((statement) => `${statement};\n`)
      .join('');
    changelog.push(
      '  - changeSet:',
      `      id: "${name}"`,
      '      author: bench',
      `      sqlFile: migrations/${name}_change.up.sql`,
      '      risk: low',
      '      comment: a table, two rows and an index',
    );
    all.push(sql);
    await writeFile(join(folder, `migrations/${name}_change.up.sql`), sql);
    await writeFile(
      join(folder, `dbmate/2026010100${name}_change.sql`),
      `-- migrate:up transaction:false\n${sql}\n-- migrate:down\n`,
    );
  }
  await writeFile(join(folder, 'changelog/changelog.yml'), `${changelog.join('\n')}\n`);
  return { folder, allSql: all.join('') };
}
