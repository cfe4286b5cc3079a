import {
  CHANGESET_KEYS,
  ENTRY_KEYS,
  INCLUDE_ALL_KEYS,
  INCLUDE_KEYS,
  REACTION_KEYS,
  ROOT_KEYS,
} from '../../src/changelog/parse/changelog-keys.ts';
import { QUESTION_KEYS, QUESTION_KINDS, QUESTION_MEANINGS } from '../../src/changelog/parse/question-keys.ts';
import { fillSection } from './fill-section.ts';
import { keyTable } from './key-table.ts';
import { markdownTable } from './markdown-table.ts';

/** Fills the tables of keys and of preconditions. */
export function fillChangelogTables(text: string): string {
  const sections = {
    root: keyTable(ROOT_KEYS),
    entry: markdownTable(
      ['key', 'example', 'meaning'],
      ENTRY_KEYS.map(({ key, example, meaning }) => [`\`${key}\``, example, meaning]),
    ),
    changeset: keyTable(CHANGESET_KEYS),
    include: keyTable(INCLUDE_KEYS),
    'include-all': keyTable(INCLUDE_ALL_KEYS),
    questions: questionTable(),
    reactions: keyTable(REACTION_KEYS),
  };
  return Object.entries(sections).reduce((filled, [name, body]) => fillSection(filled, name, body), text);
}

function questionTable(): string {
  const rows = QUESTION_KINDS.map((kind) => {
    const keys = QUESTION_KEYS[kind].map(({ key, default: standard }) =>
      standard === undefined ? `\`${key}\`` : `\`${key}\` (${standard})`,
    );
    return [`\`${kind}\``, keys.join(', '), QUESTION_MEANINGS[kind]];
  });
  return markdownTable(['precondition', 'keys, with what holds where one is left out', 'holds if'], rows);
}
