import type { ArtifactService } from '../../../__tests__/support/github/artifact-server.ts';
import type { Address } from '../../mysql/server-folder.ts';

/** Where backups are kept: in a folder, by runs at a terminal; or as artifacts, by steps of workflow runs. */
export const STORES = ['folder', 'artifact'] as const;
export type StoreKind = (typeof STORES)[number];

/** What the runs of a round have in common. */
export interface Place {
  /** Of the changelog. */
  readonly folder: string;
  readonly server: Address;
  readonly database: string;
  /** The file that is run: the sources, or the bundle. */
  readonly entry: string;
  /** Undefined where backups are kept in the folder. */
  readonly artifacts: ArtifactService | undefined;
}

/** The same for every run: what waits and what is allowed. */
export const COMMON_INPUTS: Readonly<Record<string, string>> = {
  ...{ environment: 'dev', 'log-format': 'json', 'mysql-client': 'path' },
  ...{ 'connect-timeout': '20', 'lock-timeout': '30', 'allow-destructive': 'true' },
};
