import { RE2JS } from 're2js';

/** A regular expression that is matched in a time that grows with the text alone, whatever the two are. */
export interface TextPattern {
  readonly source: string;
  /** Whether it is found anywhere in the text. */
  readonly test: (text: string) => boolean;
}

/** Compiles a pattern in RE2's syntax, or gives in words what that has not. */
export function compilePattern(source: string): TextPattern | { readonly problem: string } {
  try {
    const compiled = RE2JS.compile(source);
    return { source, test: (text) => compiled.test(text) };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { problem: error.message.replace(/^error parsing regexp: /, '') };
  }
}
