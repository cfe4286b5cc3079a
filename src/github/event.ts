import { readFile } from 'node:fs/promises';

/** Who can see the repository, as the event that started the run says; not every event does. */
export async function readRepositoryVisibility(
  eventPath: string | undefined,
): Promise<'public' | 'private' | 'unknown'> {
  if (eventPath === undefined) return 'unknown';
  try {
    const event = JSON.parse(await readFile(eventPath, 'utf8')) as {
      readonly repository?: { readonly private?: unknown; readonly visibility?: unknown };
    };
    const { visibility, private: isPrivate } = event.repository ?? {};
    if (visibility === 'public' || isPrivate === false) return 'public';
    return isPrivate === true || visibility === 'private' || visibility === 'internal'
      ? 'private'
      : 'unknown';
  } catch {
    return 'unknown';
  }
}
