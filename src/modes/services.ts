import type { BackupStore } from '../backup/backup-store.ts';

/** What a workflow run offers beside the database, given from outside because modes know no GitHub; none at a terminal. */
export interface Services {
  readonly artifacts?: BackupStore;
}
