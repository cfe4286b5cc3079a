import { keyTable, MUST, type KeyRow } from '../../yaml/documented-key.ts';
import { choice, line, matching, name, names, nameWithout, path, yesOrNo } from '../../yaml/json-schema.ts';
import type { Risk } from '../changeset.ts';
import type { Reaction } from '../precondition.ts';

export const RISKS: readonly Risk[] = ['low', 'medium', 'high'];
export const REACTIONS: readonly Reaction[] = ['HALT', 'CONTINUE', 'MARK_RAN', 'WARN'];

const PRECONDITIONS = { type: 'array', items: { $ref: '#/$defs/precondition' }, minItems: 1 };
const CHECKSUM = '[vV]1:[0-9a-fA-F]{64}';
const CHECKSUMS = {
  anyOf: [
    { type: 'array', items: matching(CHECKSUM) },
    { allOf: [line, matching(`(${CHECKSUM}(\\s*,\\s*${CHECKSUM})*)?`)] },
  ],
};
const RELATIVE: KeyRow = [
  'relativeToChangelogFile',
  '`true` or `false`',
  '`false`',
  '`true`',
  'the path starts at the folder of this file, not at the working directory',
  yesOrNo,
];

/** The file itself. */
export const ROOT_KEYS = keyTable([
  [
    'databaseChangeLog',
    'list of entries',
    MUST,
    '`[include: { file: teams/billing.yml }]`',
    'what runs, in this order; `[]` where there is nothing yet',
    { type: 'array', items: { $ref: '#/$defs/entry' } },
  ],
]);

/** What an entry of `databaseChangeLog:` is: one of these. */
export const ENTRY_KEYS = keyTable([
  [
    'changeSet',
    'map',
    'none',
    '`{ id: "004", author: your-name, sqlFile: migrations/004_add_nick.up.sql }`',
    'one reviewed unit of change',
    { $ref: '#/$defs/changeSet' },
  ],
  [
    'include',
    'map',
    'none',
    '`{ file: teams/billing.yml, relativeToChangelogFile: true }`',
    'one more changelog file, in this place',
    { $ref: '#/$defs/include' },
  ],
  [
    'includeAll',
    'map',
    'none',
    '`{ path: changelog/teams, endsWithFilter: .yml }`',
    'the changelog files of a folder and of the folders in it, in the order of their paths',
    { $ref: '#/$defs/includeAll' },
  ],
  [
    'preconditions',
    'list of preconditions',
    'none',
    '`- tableExists: { tableName: customers }`',
    'of the whole changelog: what must hold before anything runs',
    PRECONDITIONS,
  ],
]);

/** `changeSet:`. */
export const CHANGESET_KEYS = keyTable([
  ['id', 'name', MUST, '`"004"`', 'with the author the name of the changeset, unique in the tree', name()],
  ['author', 'name without a colon', MUST, '`your-name`', 'who wrote it', nameWithout(':')],
  [
    'sqlFile',
    'path',
    MUST,
    '`migrations/004_my_change.up.sql`',
    'the SQL, from the working directory on; any number of statements',
    path,
  ],
  [
    'risk',
    '`low`, `medium` or `high`',
    '`low`',
    '`medium`',
    'shown to reviewers; gates nothing',
    choice(RISKS),
  ],
  [
    'allowDestructive',
    '`true` or `false`',
    '`false`',
    '`true`',
    'one of the two gates for statements that lose data; the other is the input `allow-destructive`',
    yesOrNo,
  ],
  [
    'contexts',
    'expression: names with `and`, `or`, `not`, `!`, parentheses, commas',
    'none: it runs everywhere',
    '`"dev,prod"`',
    'it runs only where these match',
    line,
  ],
  [
    'labels',
    'names, as a list or with commas between them',
    'none: every label expression matches',
    '`"feature-x"`',
    'what the input `labels` selects by',
    names(),
  ],
  ['comment', 'one line', 'none', '`add the nickname that support asked for`', 'why, in a line', line],
  [
    'runOnChange',
    '`true` or `false`',
    '`false`',
    '`true`',
    'it runs again when its file has changed',
    yesOrNo,
  ],
  ['runAlways', '`true` or `false`', '`false`', '`true`', 'it runs in every update', yesOrNo],
  [
    'validCheckSum',
    'checksums, as a list or with commas between them',
    'none',
    '`["v1:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]`',
    'older checksums that are accepted',
    CHECKSUMS,
  ],
  ['tag', 'name', 'none', '`v1.4`', 'recorded with its row in the history', name()],
  [
    'preconditions',
    'list of preconditions',
    'none',
    '`- columnExists: { tableName: customers, columnName: email }`',
    'what must hold before it runs',
    PRECONDITIONS,
  ],
]);

/** `include:`. */
export const INCLUDE_KEYS = keyTable([
  ['file', 'path', MUST, '`teams/billing.yml`', 'the changelog file', path],
  RELATIVE,
]);

/** `includeAll:`. */
export const INCLUDE_ALL_KEYS = keyTable([
  ['path', 'path', MUST, '`changelog/teams`', 'the folder', path],
  [
    'endsWithFilter',
    'text',
    '`.yml` and `.yaml`',
    '`.changelog.yml`',
    'only files whose names end so, in capitals or not',
    name(),
  ],
  RELATIVE,
]);

/** What may stand beside the one precondition of an entry. */
export const REACTION_KEYS = keyTable([
  [
    'onFail',
    '`HALT`, `CONTINUE`, `MARK_RAN` or `WARN`',
    '`HALT`',
    '`MARK_RAN`',
    'what to do where it does not hold: end the run, leave the changeset out this time, record it as run, or warn and go on',
    choice(REACTIONS),
  ],
  [
    'onError',
    '`HALT`, `CONTINUE`, `MARK_RAN` or `WARN`',
    '`HALT`',
    '`WARN`',
    'the same where it cannot be judged',
    choice(REACTIONS),
  ],
]);
