/** What `backup-ref` of a backup in an artifact says. */
export interface ArtifactRef {
  readonly workflowRun: string;
  readonly artifactId: number;
  /** Of the file, in hex; a person may leave it out. */
  readonly sha256: string | undefined;
}

const REF = /^artifact:(\d{1,15})\/(\d{1,15})(?:#sha256=([0-9a-f]{64}))?$/i;

/** `artifact:8841/77#sha256=…`: enough to find the artifact from any run, and to know its bytes again. */
export function formatArtifactRef({ workflowRun, artifactId, sha256 }: ArtifactRef): string {
  return `artifact:${workflowRun}/${artifactId}${sha256 === undefined ? '' : `#sha256=${sha256}`}`;
}

/** Undefined where it is the reference of another store, or none. */
export function parseArtifactRef(ref: string): ArtifactRef | undefined {
  const [, workflowRun, artifactId, sha256] = REF.exec(ref) ?? [];
  if (workflowRun === undefined || artifactId === undefined) return undefined;
  return { workflowRun, artifactId: Number(artifactId), sha256: sha256?.toLowerCase() };
}
