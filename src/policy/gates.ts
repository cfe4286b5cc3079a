/** What the run allows, and where it goes. */
export interface Gates {
  /** The run's gate, the input `allow-destructive`. */
  readonly allowDestructive: boolean;
  /** The schema that is deployed to; undefined offline, and then every qualified name counts as another one. */
  readonly schema?: string;
}

/** What two gates make of a destructive finding. */
export interface GateVerdict {
  /** Ends the message. */
  readonly state: string;
  /** How to open what is closed; empty when both are open. */
  readonly opening: string;
  readonly excused: string | undefined;
}

const SET_CHANGESET = 'set allowDestructive: true on the changeset';
const SET_RUN = 'run with allow-destructive: true';

/** Both gates have to be open: the changeset's, set by its author, and the run's, set by whoever deploys. */
export function judgeGates(changeset: { readonly allowDestructive: boolean }, gates: Gates): GateVerdict {
  const mine = changeset.allowDestructive;
  const theirs = gates.allowDestructive;
  if (mine && theirs) {
    return {
      state: 'both gates are open',
      opening: '',
      excused: 'the changeset has allowDestructive: true and the run has allow-destructive: true',
    };
  }
  if (mine) return closed("the run's gate (allow-destructive) is closed", SET_RUN);
  if (theirs) return closed("the changeset's gate (allowDestructive) is closed", SET_CHANGESET);
  return closed(
    "both gates are closed, the changeset's (allowDestructive) and the run's (allow-destructive)",
    `${SET_CHANGESET} and ${SET_RUN}`,
  );
}

function closed(state: string, opening: string): GateVerdict {
  return { state, opening, excused: undefined };
}
