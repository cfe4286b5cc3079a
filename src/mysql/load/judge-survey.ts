import type { BackupFacts } from '../../backup/backup.ts';
import type { Problem } from '../../errors.ts';
import { readRow, type Session } from '../session/connection.ts';
import { readGranted, type Granted } from '../privileges/privileges.ts';
import { refuseOrphans } from '../definitions/outside-keys.ts';
import { FIXES } from '../definitions/refusal.ts';
import { tryDefiner } from '../definitions/try-definer.ts';
import { compareObjects, describeObject, type DumpSurvey } from './survey-dump.ts';

interface Settings {
  readonly needsKey: number;
  readonly strictKeys: number | null;
  readonly isLogged: number;
  readonly trusts: number;
  readonly packet: number | string;
}

const SELECT_SETTINGS = `SELECT @@SESSION.sql_require_primary_key AS needsKey, @@log_bin AS isLogged,
  @@GLOBAL.log_bin_trust_function_creators AS trusts, @@max_allowed_packet AS packet,
  (SELECT VARIABLE_VALUE = 'ON' FROM performance_schema.session_variables
    WHERE VARIABLE_NAME = 'restrict_fk_on_non_standard_key') AS strictKeys`;

const SETS_VARIABLES = ['SESSION_VARIABLES_ADMIN', 'SYSTEM_VARIABLES_ADMIN', 'SUPER'];

/**
 * What a load of this backup into the live schema would run into, as far as that can be told without trying it: there
 * is no other schema in which it could be tried, and after the first drop it is too late.
 */
export async function judgeSurvey(
  session: Session,
  survey: DumpSurvey,
  facts: BackupFacts,
): Promise<readonly Problem[]> {
  await refuseOrphans(session, survey.tables);
  const tables = survey.tables.map((name) => ({ kind: 'table' as const, name }));
  const settings = await readRow<Settings>(session, SELECT_SETTINGS);
  const granted = await readGranted(session);
  return [
    ...compareObjects([...tables, ...survey.definitions], facts),
    ...judgeText(survey, settings),
    ...(await judgeDefiners(session, survey)),
    ...(granted ? judgeRights(survey, settings, granted) : []),
  ];
}

function judgeText({ unparsable, longestStatement }: DumpSurvey, { packet }: Settings): readonly Problem[] {
  const problems = unparsable.map((object): Problem => ({
    code: 'server-error',
    message: `this backup cannot be restored: the stored text of ${describeObject(object)} ends in ";", as happens when it is made as one of several statements sent at once`,
    fix: `drop and create ${describeObject(object)} once more, in a statement of its own`,
  }));
  if (longestStatement < Number(packet) - 8) return problems;
  const message = `this backup cannot be restored: a statement of it has ${longestStatement} bytes, and max_allowed_packet is ${packet}`;
  return [...problems, { code: 'server-error', message, fix: FIXES[1153]! }];
}

async function judgeDefiners(session: Session, { definers }: DumpSurvey): Promise<readonly Problem[]> {
  const problems: Problem[] = [];
  for (const definer of definers) {
    const problem = await tryDefiner(session, definer);
    if (problem) problems.push(problem);
  }
  return problems;
}

function judgeRights(survey: DumpSurvey, settings: Settings, granted: Granted): readonly Problem[] {
  const has = (any: readonly string[]): boolean => any.some((each) => granted.privileges.has(each));
  const problems: Problem[] = [];
  const lack = (message: string, fix: string | undefined): void => {
    problems.push({ code: 'missing-privilege', message, ...(fix === undefined ? {} : { fix }) });
  };
  const code = survey.definitions.filter(({ kind }) => kind === 'trigger' || kind === 'function');
  if (code.length > 0 && settings.isLogged === 1 && settings.trusts !== 1 && !has(['SUPER']))
    lack(`this server lets ${granted.user} make no triggers and functions (error 1419)`, FIXES[1419]);
  const { keylessTables, looseForeignKeys } = survey;
  if (keylessTables.length > 0 && settings.needsKey === 1 && !has(SETS_VARIABLES))
    lack(`tables without a primary key could not be made again: ${firstOf(keylessTables)}`, FIXES[3750]);
  if (looseForeignKeys.length > 0 && settings.strictKeys === 1 && !has(SETS_VARIABLES))
    lack(`foreign keys on keys that are not unique: ${firstOf(looseForeignKeys)}`, FIXES[6125]);
  return problems;
}

function firstOf(names: readonly string[]): string {
  return `${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`;
}
