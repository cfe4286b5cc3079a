/** A row of a file as the generator knows it; `values` is `undefined` where the row has to be rejected. */
export interface ModelRow {
  readonly line: number;
  /** Lines that it takes. */
  readonly lines: number;
  /** As stored, key and watermark among them. */
  readonly values: Readonly<Record<string, string | null>> | undefined;
  /** Its watermark, where that can be read even of a rejected row. */
  readonly watermark: string | undefined;
}

export interface ModelDataset {
  readonly key: readonly string[];
  readonly watermark: string | undefined;
  readonly late: 'load' | 'skip';
  /** Rows. */
  readonly maxRejected: number;
  readonly deletes: 'keep' | 'close';
  /** How the table sees a value of the key. */
  readonly fold: (value: string) => string;
  readonly order: (left: string, right: string) => number;
}

export type StagingRow = Readonly<Record<string, string | null>>;

/** What staging and the checkpoint are, from all rules in their plain form. */
export interface ModelState {
  readonly rows: ReadonlyMap<string, StagingRow>;
  readonly checkpoint: string | undefined;
}

export interface ModelRun extends ModelState {
  /** Why nothing was loaded. */
  readonly refusal: 'rejected' | 'same-keys' | 'empty' | undefined;
  readonly read: number;
  /** Of each file, the lines that are kept as rejected. */
  readonly rejected: readonly (readonly number[])[];
  readonly late: number;
  readonly repeated: number;
}

/** One run over files that were not loaded before. */
export function runModel(
  dataset: ModelDataset,
  state: ModelState,
  files: readonly (readonly ModelRow[])[],
): ModelRun {
  const exact = (row: StagingRow): string => JSON.stringify(dataset.key.map((name) => row[name]));
  const seen = { read: 0, late: 0, repeated: 0 };
  const rejected: number[][] = [];
  const accepted: StagingRow[][] = [];
  const watermarks: string[] = [];
  let leastRejected: string | undefined;
  let hasUnknown = false;
  for (const file of files) {
    const first = new Map<string, string>();
    const lines: number[] = [];
    const kept: StagingRow[] = [];
    for (const row of file) {
      seen.read += 1;
      const isLate = (): boolean =>
        dataset.late === 'skip' &&
        state.checkpoint !== undefined &&
        row.watermark !== undefined &&
        dataset.order(row.watermark, state.checkpoint) < 0;
      const known = row.values && !isLate() ? first.get(exact(row.values)) : undefined;
      const isConflict = known !== undefined && known !== JSON.stringify(row.values);
      if (!row.values || isConflict) {
        seen.read += row.lines - 1;
        for (let at = 0; at < row.lines; at += 1) lines.push(row.line + at);
        if (row.watermark === undefined) hasUnknown = true;
        else if (leastRejected === undefined || dataset.order(row.watermark, leastRejected) < 0)
          leastRejected = row.watermark;
      } else if (isLate()) seen.late += 1;
      else if (known !== undefined) seen.repeated += 1;
      else {
        first.set(exact(row.values), JSON.stringify(row.values));
        kept.push(row.values);
        if (row.watermark !== undefined) watermarks.push(row.watermark);
      }
    }
    rejected.push(lines);
    accepted.push(kept);
  }
  const counts = { ...seen, rejected };
  const stay = (refusal: ModelRun['refusal']): ModelRun => ({ ...state, ...counts, refusal });
  if (rejected.flat().length > dataset.maxRejected) return stay('rejected');
  const folded = new Map<string, string>();
  const spellings = [...state.rows.values(), ...accepted.flat()];
  for (const row of spellings) {
    const same = JSON.stringify(dataset.key.map((name) => dataset.fold(row[name] ?? '')));
    if ((folded.get(same) ?? exact(row)) !== exact(row)) return stay('same-keys');
    folded.set(same, exact(row));
  }
  const rows = new Map(state.rows);
  const { watermark } = dataset;
  for (const row of accepted.flat()) {
    const old = rows.get(exact(row));
    const isStale =
      old !== undefined &&
      watermark !== undefined &&
      !dataset.key.includes(watermark) &&
      dataset.order(row[watermark]!, old[watermark]!) < 0;
    if (!isStale) rows.set(exact(row), row);
  }
  const last = accepted.at(-1);
  if (dataset.deletes === 'close' && last && rejected.at(-1)!.length === 0) {
    if (last.length === 0 && rows.size > 0) return stay('empty');
    const thing = (row: StagingRow): string =>
      JSON.stringify(dataset.key.filter((name) => name !== watermark).map((name) => row[name]));
    const present = new Set(last.map((row) => thing(row)));
    for (const [key, row] of rows) if (!present.has(thing(row))) rows.delete(key);
  }
  return {
    ...counts,
    rows,
    checkpoint: advance(dataset, state.checkpoint, watermarks, leastRejected, hasUnknown),
    refusal: undefined,
  };
}

function advance(
  { order }: ModelDataset,
  before: string | undefined,
  watermarks: readonly string[],
  leastRejected: string | undefined,
  hasUnknown: boolean,
): string | undefined {
  const greatest = watermarks.toSorted(order).at(-1);
  if (hasUnknown || greatest === undefined) return before;
  const reached =
    leastRejected !== undefined && order(leastRejected, greatest) < 0 ? leastRejected : greatest;
  return before === undefined || order(reached, before) > 0 ? reached : before;
}
