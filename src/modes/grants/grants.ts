import type { RestoreGuarantee } from '../../inputs/inputs.ts';
import type { Mode } from '../../report/report.ts';
import { DEFINER_PRIVILEGES } from '../../mysql/definitions/refusal.ts';
import { DUMP_PRIVILEGES } from '../../mysql/dump/dump-privileges.ts';
import { LOSSLESS_PRIVILEGES } from '../../mysql/guarantee/guarantee.ts';
import { IN_PLACE_PRIVILEGES } from '../../mysql/guarantee/probe-in-place.ts';
import { sidePattern, SIDE_PRIVILEGES, SWAP_PRIVILEGES } from '../../mysql/load/side-schema.ts';
import { CHANGESET_PRIVILEGES } from '../../mysql/privileges/needed-privileges.ts';
import { BOOKKEEPING_PRIVILEGES } from '../../mysql/privileges/privileges.ts';
import { quoteName } from '../../mysql/session/quote-name.ts';

/** Whom to grant what. */
export interface GrantsRequest {
  readonly schema: string;
  readonly modes: readonly Mode[];
  readonly guarantee: RestoreGuarantee;
  readonly backup: 'full' | 'none';
  /** As a GRANT names it: `'migrator'@'%'`, or `'migrator'` for a role. */
  readonly to: string;
  readonly isRole: boolean;
}

/** What `pipeline` needs on staging, dimension and fact tables and on its own; a test compares it with `etl_runner`. */
const PIPELINE_PRIVILEGES = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'CREATE TEMPORARY TABLES'];

/** The privileges on the live schema, by mode. */
const ON_SCHEMA: Readonly<Record<Mode, readonly string[]>> = {
  validate: [],
  comment: [],
  status: ['SELECT'],
  'update-sql': ['SELECT'],
  verify: ['SELECT'],
  // CREATE and ALTER make and upgrade the tracking tables; both are among what changesets need.
  update: [...BOOKKEEPING_PRIVILEGES, ...CHANGESET_PRIVILEGES],
  pipeline: PIPELINE_PRIVILEGES,
  // The tracking tables may have to be made, and upgraded, first.
  rollback: [...BOOKKEEPING_PRIVILEGES, 'CREATE', 'ALTER'],
};

/** The statements that grant what these modes need, in the order to run them, with what MySQL cannot grant as comments. */
export function grants(request: GrantsRequest): readonly string[] {
  const { modes, backup, guarantee, schema, to } = request;
  const isRestored = modes.includes('rollback') || (modes.includes('update') && backup === 'full');
  const isInPlace = guarantee === 'in-place';
  const here = new Set(modes.flatMap((mode) => ON_SCHEMA[mode]));
  if (isRestored) {
    for (const each of [...DUMP_PRIVILEGES, ...(isInPlace ? IN_PLACE_PRIVILEGES : SWAP_PRIVILEGES)])
      here.add(each);
  }
  if (here.size === 0) return [`-- ${modes.join(', ')}: no database, so no privileges`];
  const lines = [
    ...warnings(request),
    `GRANT ${[...here].join(', ')} ON ${quoteName(liveName(request))}.* TO ${to};`,
  ];
  if (!isRestored) return lines;
  lines.push('-- SHOW_ROUTINE came with 8.0.20; before, grant SELECT in its place.');
  lines.push(`GRANT SHOW_ROUTINE ON *.* TO ${to};`);
  if (!isInPlace) {
    lines.push(
      '-- With partial_revokes = ON MySQL takes % literally: name each of these schemas then, or restore in place.',
    );
    lines.push(`GRANT ${SIDE_PRIVILEGES.join(', ')} ON ${quoteName(sidePattern(schema))}.* TO ${to};`);
  }
  lines.push(
    '-- Only where views, routines, triggers or events have another definer (before 8.2: SET_USER_ID in their place;',
    '-- SYSTEM_USER beside them where the definer has it):',
    `-- GRANT ${DEFINER_PRIVILEGES.join(', ')} ON *.* TO ${to};`,
  );
  if (modes.includes('update') && !isInPlace) lines.push(...lossless(request));
  return lines;
}

/** `best` does without them, so it has them as a comment. */
function lossless({ guarantee, to }: GrantsRequest): readonly string[] {
  const grant = `GRANT ${LOSSLESS_PRIVILEGES.map(([first]) => first).join(', ')} ON *.* TO ${to};`;
  if (guarantee === 'lossless') {
    return [
      '-- Keeps what others wrote since the backup. Triggers and functions are refused under binary logging',
      '-- (error 1419) until an administrator runs: SET PERSIST log_bin_trust_function_creators = 1;',
      grant,
    ];
  }
  return [
    '-- With these a restore keeps what others wrote since the backup; without them it undoes it:',
    `-- ${grant}`,
  ];
}

/**
 * In a GRANT `_` stands for any character. A backslash takes that away for an account; a role that was granted that way
 * is not found where views, routines and triggers run as their definer.
 */
function liveName({ schema, isRole }: GrantsRequest): string {
  return isRole ? schema : schema.replaceAll(/[_%\\]/g, String.raw`\$&`);
}

function warnings({ schema, isRole }: GrantsRequest): readonly string[] {
  if (!/[_%]/.test(schema)) return [];
  if (!isRole)
    return [
      '-- The backslashes keep _ and % from matching other schemas; with partial_revokes = ON, take them away.',
    ];
  return [
    `-- _ and % in ${JSON.stringify(schema)} match any character: other schemas may be opened as well.`,
  ];
}
