import type { Certainty, DatabaseState, LiveState, StoppedChangeset } from '../database-state.ts';
import { about, choice, count, listOf, object, orNull, text } from './json-schema.ts';

const changeset = object<StoppedChangeset>(
  {
    key: about('`author:id`.', text),
    statementsDone: orNull(count),
    statementCount: orNull(count),
    statementInDoubt: about('From 1.', orNull(count)),
  },
  {},
);

/** The schema of the state of the database in a report. */
export const stateSchema = object<DatabaseState>(
  {
    live: choice<LiveState>({
      unchanged: true,
      'up-to-date': true,
      updated: true,
      restored: true,
      'half-applied': true,
      'in-doubt': true,
      incomplete: true,
      unknown: true,
    }),
    certainty: about(
      '`partial`: certain but for what the sentences name.',
      choice<Certainty>({ certain: true, partial: true, unknown: true }),
    ),
    changeset: about('The changeset in which a run stopped.', orNull(changeset)),
    backupRef: about('The backup that leads back, or that was restored.', orNull(text)),
    aside: about('The schema that keeps what was live before a restore.', orNull(text)),
    headline: text,
    details: listOf(text),
  },
  {},
);
