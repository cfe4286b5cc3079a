/** A value of a YAML file, with its line. */
export type YamlNode = YamlScalar | YamlMap | YamlList | YamlNothing;

/** Keeps the text that was written, so an unquoted `004` is `004`, not the number 4. */
export interface YamlScalar {
  readonly kind: 'scalar';
  readonly text: string;
  readonly line: number;
  /** In quotes or a block, so a text whatever it looks like. */
  readonly isQuoted?: true;
}

/** In the order of the file; a key may stand there twice. */
export interface YamlMap {
  readonly kind: 'map';
  readonly entries: readonly YamlEntry[];
  readonly line: number;
}

export interface YamlEntry {
  readonly key: string;
  /** Of the key. */
  readonly line: number;
  readonly value: YamlNode;
}

export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly line: number;
}

/** A key without a value, `~` or `null`. */
export interface YamlNothing {
  readonly kind: 'nothing';
  readonly line: number;
}

/** What stands there, in words for a message. */
export function describeNode(node: YamlNode): string {
  switch (node.kind) {
    case 'scalar':
      return node.text.length > 60 ? 'a text' : JSON.stringify(node.text);
    case 'map':
      return 'a map';
    case 'list':
      return 'a list';
    case 'nothing':
      return 'nothing';
  }
}
