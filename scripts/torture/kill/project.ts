import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Sent one by one before each round. */
export const SEED: readonly string[] = [
  'CREATE TABLE people (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL)',
  'CREATE TABLE counts (id INT PRIMARY KEY, n INT NOT NULL)',
  'CREATE TABLE many (id INT PRIMARY KEY, payload CHAR(200) NOT NULL)',
  "INSERT INTO people VALUES (1, 'Ada'), (2, 'Grace'), (3, 'Linus')",
  'INSERT INTO counts VALUES (1, 0), (2, 0), (3, 0)',
  "INSERT INTO many WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) SELECT i, REPEAT('x', 200) FROM n",
  'CREATE VIEW names AS SELECT name FROM people',
  'CREATE TRIGGER people_insert BEFORE INSERT ON people FOR EACH ROW SET NEW.name = UPPER(NEW.name)',
  'CREATE PROCEDURE count_up () UPDATE counts SET n = n + 1',
];

/** Twelve changesets of every kind; each statement shows if it ran twice or not at all. */
const CHANGESETS: readonly string[] = [
  'CREATE TABLE a (id INT PRIMARY KEY, n INT NOT NULL DEFAULT 0);\nINSERT INTO a (id) VALUES (1), (2);\nALTER TABLE a ADD COLUMN m INT NULL;',
  'UPDATE counts SET n = n + 1;\nUPDATE counts SET n = n * 3 WHERE id = 2;\nINSERT INTO counts VALUES (4, 7);',
  'ALTER TABLE many ADD COLUMN extra INT NULL, ALGORITHM = COPY;',
  "INSERT INTO people VALUES (4, 'new');\nDELETE FROM people WHERE id = 1;",
  'CREATE TABLE b (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES a (id));\nCREATE INDEX a_n ON a (n);\nINSERT INTO b VALUES (1);\nCREATE VIEW both_of AS SELECT a.id FROM a JOIN b USING (id);',
  'SET @step = 5;\nUPDATE counts SET n = n + @step WHERE id = 1;',
  'DROP PROCEDURE count_up;\nCREATE PROCEDURE count_up () UPDATE counts SET n = n + 2;',
  'CREATE TABLE c AS SELECT id, SLEEP(0.1) AS s FROM people;\nALTER TABLE c ADD PRIMARY KEY (id);',
  'UPDATE many SET extra = id WHERE id <= 450;\nUPDATE many SET extra = -id WHERE id > 450;',
  'ALTER TABLE people ADD COLUMN born INT NULL;\nUPDATE people SET born = 1900 + id;\nALTER TABLE people MODIFY born SMALLINT NULL;',
  'DROP TRIGGER people_insert;\nCREATE TRIGGER people_insert BEFORE INSERT ON people FOR EACH ROW SET NEW.name = LOWER(NEW.name);',
  "INSERT INTO people (id, name) VALUES (9, 'LAST');",
];

/** A changeset that fails when the others are applied. */
const FAILING =
  'INSERT INTO counts VALUES (50, 1);\nALTER TABLE counts ADD COLUMN more INT NULL;\nSELECT no_such;';

/** Writes the changelog; `failing` adds a changeset that fails at its end. */
export async function writeProject(folder: string, how: 'right' | 'failing' = 'right'): Promise<void> {
  await mkdir(join(folder, 'changelog'), { recursive: true });
  await mkdir(join(folder, 'migrations'), { recursive: true });
  const lines: string[] = [];
  for (const [index, sql] of [...CHANGESETS, ...(how === 'failing' ? [FAILING] : [])].entries()) {
    const name = String(index + 1).padStart(3, '0');
    await writeFile(join(folder, `migrations/${name}.up.sql`), `${sql}\n`);
    lines.push('  - changeSet:', `      id: "${name}"`, '      author: torture');
    lines.push(`      sqlFile: migrations/${name}.up.sql`, '      allowDestructive: true');
  }
  await writeFile(join(folder, 'changelog/changelog.yml'), `databaseChangeLog:\n${lines.join('\n')}\n`);
}
