/**
 * What one change of a table takes, before it is known what it is combined with:
 * - `instant`: never more than the dictionary; `rename-column`, `add-column`, `drop-column`: that, where all are such;
 * - `metadata`, `add-index`, `drop-index`: in place, no row is written; `comment` is of the table;
 * - `add-virtual`, `drop-virtual`, `move-virtual`: in place with few others;
 * - `blocks`: in place, with writers kept out; `rewrite`: in place, every row is written; `copy`: by a copy;
 * - `depends`: on the present definition, which is not known.
 */
export type EffectKind =
  | ('instant' | 'rename-column' | 'add-column' | 'drop-column')
  | ('metadata' | 'comment' | 'add-index' | 'add-unique' | 'index-virtual' | 'drop-index')
  | ('add-virtual' | 'drop-virtual' | 'move-virtual')
  | ('blocks' | 'fulltext' | 'rewrite' | 'copy' | 'depends');

/** One change, where it stands, and how it is called in a message. */
export interface Effect {
  readonly kind: EffectKind;
  readonly line: number;
  readonly what: string;
}

/** What decides beside the table. */
export interface AlterContext {
  readonly isStrict: boolean;
  readonly checksForeignKeys: boolean;
  /** 90704 is 9.7.4; undefined offline. */
  readonly serverVersion: number | undefined;
}
