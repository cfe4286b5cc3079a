/** A command that a line of output contains. */
export interface WorkflowCommand {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/** Line feeds and carriage returns first and `%` last, so that nothing is decoded twice (ActionCommand.cs). */
const DATA_ESCAPES = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
] as const;
const PROPERTY_ESCAPES = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
] as const;
const LEGACY_ESCAPES = [
  ['%3B', ';'],
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%5D', ']'],
  ['%25', '%'],
] as const;

/** The command in a line: `::name key=value::data` at its start or `##[name key=value]data` anywhere in it. */
export function parseCommand(
  line: string,
  isCommand: (name: string) => boolean,
): WorkflowCommand | undefined {
  return parseCurrent(line.trimStart(), isCommand) ?? parseLegacy(line, isCommand);
}

function parseCurrent(line: string, isCommand: (name: string) => boolean): WorkflowCommand | undefined {
  const end = line.indexOf('::', 2);
  if (!line.startsWith('::') || end < 0) return undefined;
  const [name, properties] = splitOnce(line.slice(2, end), ' ');
  if (!isCommand(name)) return undefined;
  return {
    name: name.toLowerCase(),
    properties: parseProperties(properties.trim(), ',', PROPERTY_ESCAPES),
    data: unescape(line.slice(end + 2), DATA_ESCAPES),
  };
}

function parseLegacy(line: string, isCommand: (name: string) => boolean): WorkflowCommand | undefined {
  const start = line.indexOf('##[');
  const end = line.indexOf(']', start);
  if (start < 0 || end < 0) return undefined;
  const [name, properties] = splitOnce(line.slice(start + 3, end), ' ');
  if (!isCommand(name)) return undefined;
  return {
    name: name.toLowerCase(),
    properties: parseProperties(properties, ';', LEGACY_ESCAPES),
    data: unescape(line.slice(end + 1), LEGACY_ESCAPES),
  };
}

type Escapes = readonly (readonly [string, string])[];

function parseProperties(
  text: string,
  separator: string,
  escapes: Escapes,
): Readonly<Record<string, string>> {
  const pairs = text
    .split(separator)
    .map((pair) => splitOnce(pair, '='))
    .filter(([key, value]) => key !== '' && value !== '');
  return Object.fromEntries(pairs.map(([key, value]) => [key.toLowerCase(), unescape(value, escapes)]));
}

function unescape(text: string, escapes: Escapes): string {
  return escapes.reduce((done, [escaped, plain]) => done.replaceAll(escaped, plain), text);
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + separator.length)];
}
