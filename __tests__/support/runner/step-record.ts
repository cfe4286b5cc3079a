import type { SecretMasker } from './secret-masker.ts';

/** What people see beside a step or a line of code. */
export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly message: string;
  /** `title`, `file`, `line` and the like. */
  readonly properties: Readonly<Record<string, string>>;
}

/** What one process of a step has said and asked for so far. */
export interface StepRecord {
  readonly masker: SecretMasker;
  /** Each line masked with what was a secret when it came. */
  readonly log: string[];
  readonly annotations: Annotation[];
  /** Those beyond ten of a level, which nobody sees. */
  readonly droppedAnnotations: Annotation[];
  readonly outputs: Map<string, string>;
  readonly state: Map<string, string>;
  /** Commands that the runner could not carry out; they fail the step. */
  readonly failedCommands: string[];
}

const MOST_OF_A_LEVEL = 10;
const LONGEST_MESSAGE = 4096;

/** A record in which nothing has happened. */
export function newStepRecord(masker: SecretMasker): StepRecord {
  return {
    masker,
    log: [],
    annotations: [],
    droppedAnnotations: [],
    outputs: new Map(),
    state: new Map(),
    failedCommands: [],
  };
}

/** Adds a line to the log. */
export function writeLine(record: StepRecord, line: string): void {
  record.log.push(record.masker.mask(line));
}

/** Adds an annotation with the limits of the real runner (ExecutionContext.cs, AddIssue). */
export function addIssue(
  record: StepRecord,
  level: Annotation['level'],
  text: string,
  properties: Annotation['properties'] = {},
): void {
  const message = record.masker.mask(text).slice(0, LONGEST_MESSAGE);
  const ofLevel = record.annotations.filter((each) => each.level === level).length;
  const list = ofLevel < MOST_OF_A_LEVEL ? record.annotations : record.droppedAnnotations;
  list.push({ level, message, properties });
  writeLine(record, `##[${level}]${message}`);
}

/** Fails the step because of something that it asked the runner to do. */
export function failCommand(record: StepRecord, command: string, reason: string): void {
  record.failedCommands.push(command);
  addIssue(record, 'error', `Unable to process ${command} successfully.`);
  addIssue(record, 'error', reason);
}
