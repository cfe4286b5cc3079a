import { addIssue, failCommand, writeLine, type StepRecord } from './step-record.ts';
import { parseCommand, type WorkflowCommand } from './workflow-command.ts';

const COMMANDS: ReadonlySet<string> = new Set([
  ...['add-mask', 'add-matcher', 'add-path', 'debug', 'echo', 'endgroup', 'error', 'group', 'notice'],
  ...['remove-matcher', 'save-state', 'set-env', 'set-output', 'stop-commands', 'warning'],
]);

/** Takes the lines of a process, stdout's and stderr's alike, and carries out their commands (ActionCommandManager.cs). */
export function createOutputReader(record: StepRecord, workspace: string): (line: string) => void {
  let stopToken: string | undefined;
  return (line) => {
    const isCommand = (name: string): boolean =>
      COMMANDS.has(name.toLowerCase()) || name.toLowerCase() === stopToken;
    const command = parseCommand(line, isCommand);
    if (!command) return writeLine(record, line);
    if (stopToken !== undefined) {
      if (command.name === stopToken) stopToken = undefined;
      return writeLine(record, line);
    }
    try {
      if (command.name === 'stop-commands') stopToken = acceptStopToken(record, command.data, line);
      else carryOut(record, command, workspace);
    } catch (error) {
      failCommand(record, `command '${line}'`, (error as Error).message);
    }
  };
}

function acceptStopToken(record: StepRecord, token: string, line: string): string {
  if (token === '' || token === 'pause-logging' || COMMANDS.has(token.toLowerCase())) {
    throw new Error(
      "You cannot use a endToken that is an empty string, 'pause-logging', or another command.",
    );
  }
  if (token.length > 6) record.masker.add(token);
  writeLine(record, line);
  return token.toLowerCase();
}

function carryOut(record: StepRecord, command: WorkflowCommand, workspace: string): void {
  const { name, properties, data } = command;
  switch (name) {
    case 'error':
    case 'warning':
    case 'notice':
      return addIssue(record, name, data, withRelativeFile(properties, workspace));
    case 'set-output':
      return void record.outputs.set(requireName(command), data);
    case 'save-state':
      return void record.state.set(requireName(command), data);
    case 'add-mask':
      return addMask(record, data);
    case 'group':
    case 'endgroup':
      return writeLine(record, `##[${name}]${data}`);
    case 'set-env':
    case 'add-path':
      throw new Error(`The \`${name}\` command is disabled.`);
    default:
      // debug, echo and the matchers change nothing here.
      return;
  }
}

/** A file of the repository is named as the repository knows it. */
function withRelativeFile(
  properties: WorkflowCommand['properties'],
  workspace: string,
): WorkflowCommand['properties'] {
  const file = properties['file'];
  return file?.startsWith(`${workspace}/`)
    ? { ...properties, file: file.slice(workspace.length + 1) }
    : properties;
}

function requireName({ name, properties }: WorkflowCommand): string {
  if (!properties['name']) throw new Error(`Required field 'name' is missing in ##[${name}] command.`);
  return properties['name'];
}

function addMask(record: StepRecord, data: string): void {
  if (data.trim() === '') {
    return addIssue(record, 'warning', "Can't add secret mask for empty string in ##[add-mask] command.");
  }
  record.masker.add(data);
  for (const line of data.split(/[\r\n]/)) record.masker.add(line.trim());
}
