import type { BackupStore } from '../../backup/backup-store.ts';
import { keepInFolder, parseFolderRef, removeOldBackups } from './backup-folder.ts';

/** Keeps backups in a folder and fetches those of any folder. */
export function folderStore(folder: string): BackupStore {
  return {
    name: folder,
    keep: ({ fileName, sealed }) => keepInFolder(folder, fileName, sealed),
    fetch: async (ref) => parseFolderRef(ref),
    removeOld: async (retention) => (await removeOldBackups(folder, retention)).length,
  };
}
