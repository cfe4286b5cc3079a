import { afterEach } from '@jest/globals';
import { startArtifactServer, type ArtifactService } from './github/artifact-server.ts';

export type { ArtifactService, ArtifactStep, Fault } from './github/artifact-server.ts';

const releases: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const release of releases.splice(0)) await release();
});

/** Starts a service; it is gone when the test is over. */
export async function artifactService(): Promise<ArtifactService> {
  const service = await startArtifactServer();
  releases.push(service.close);
  return service;
}
