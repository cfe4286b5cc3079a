/** What a value has to be beside its type. */
export interface ValueRule {
  /** Of a value in the server's form, never NULL. */
  readonly isBroken: (value: string) => boolean;
  /** Completes `column: "value" …`; shows no value. */
  readonly explain: string;
}
