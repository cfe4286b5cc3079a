import type { DefaultArtifactClient } from '@actions/artifact';

/**
 * Lets the artifact client work until the signal says that it was long enough: it has no deadline of its own, retries
 * for minutes and cannot be stopped. What it does after that is no longer listened to.
 */
export async function withArtifactClient<T>(
  signal: AbortSignal,
  work: (client: DefaultArtifactClient) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  // Loaded when it is needed: it takes longer than all the rest.
  const { DefaultArtifactClient: Client } = await import('@actions/artifact');
  const { promise: given, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(signal.reason as Error);
  signal.addEventListener('abort', giveUp);
  try {
    return await Promise.race([given, quietly(() => work(new Client()))]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** The client reports every block on stdout, where our log is, or JSON; what it has to say is in its errors. */
async function quietly<T>(work: () => Promise<T>): Promise<T> {
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = () => true;
  try {
    return await work();
  } finally {
    process.stdout.write = write;
  }
}
