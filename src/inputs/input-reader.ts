import { resolve } from 'node:path';
import { inputProblem, type RawInputs } from './check-inputs.ts';
import type { Expression } from '../changelog/expression.ts';
import { parseExpression } from '../changelog/parse/parse-expression.ts';
import { parsePlanParts, type ExpectedPlan } from '../changelog/plan/plan-difference.ts';
import type { Problem } from '../errors.ts';
import { isDays, isPort, isSeconds, splitNames } from './input-value.ts';
import { MODES } from './input-table.ts';
import type { Mode } from '../report/report.ts';

export type { RawInputs } from './check-inputs.ts';

/** Whoever can see a repository can download its artifacts. */
export type RepositoryVisibility = 'public' | 'private' | 'unknown';

/** Artifacts are there only in a workflow; a folder is absolute. */
export type StoreChoice =
  { readonly kind: 'artifact' } | { readonly kind: 'folder'; readonly folder: string };

/**
 * Turns one text after the other into a value. What a text has to look like is checked by `checkInputs` before, in every
 * mode; here one that is wrong reads as not given. The reader adds what this mode requires.
 */
export class InputReader {
  readonly problems: Problem[] = [];
  readonly #raw: RawInputs;
  readonly #visibility: RepositoryVisibility;

  constructor(raw: RawInputs, visibility: RepositoryVisibility) {
    this.#raw = raw;
    this.#visibility = visibility;
  }

  problem(name: string, what: string, fix: string): void {
    this.problems.push(inputProblem(name, what, fix));
  }

  text(name: string): string | undefined {
    return this.#raw.get(name);
  }

  required(name: string, fix: string): string {
    const value = this.text(name);
    if (value === undefined) this.problem(name, 'is required', fix);
    return value ?? '';
  }

  mode(): Mode {
    const value = this.required('mode', `one of: ${MODES.join(', ')}`);
    return MODES.find((known) => known === value) ?? 'validate';
  }

  choice<T extends string>(name: string, allowed: readonly T[], otherwise: T): T {
    return allowed.find((known) => known === this.text(name)) ?? otherwise;
  }

  boolean(name: string): boolean {
    return this.text(name)?.toLowerCase() === 'true';
  }

  seconds(name: string, otherwise: number): number {
    const value = this.text(name);
    return value !== undefined && isSeconds(value) ? Number(value) : otherwise;
  }

  days(name: string, otherwise: number): number {
    const value = this.text(name);
    return value !== undefined && isDays(value) ? Number(value) : otherwise;
  }

  /** `artifact` or `file:<folder>`. */
  store(otherwise: string): StoreChoice {
    const value = this.text('backup-store') ?? otherwise;
    return value === 'artifact'
      ? { kind: 'artifact' }
      : { kind: 'folder', folder: resolve(value.replace(/^file:/, '')) };
  }

  /** Whoever can read the repository can download an artifact, so it is encrypted or of no worth to anybody. */
  requireProtection(): void {
    const allowsPlaintext = this.boolean('allow-plaintext-backup');
    if (this.text('backup-passphrase') !== undefined) return;
    if (!allowsPlaintext) {
      this.problem(
        'backup-passphrase',
        'is required by backup-store: artifact',
        'pass a secret, or for throwaway data in a private repository allow-plaintext-backup: true',
      );
    } else if (this.#visibility !== 'private') {
      const why =
        this.#visibility === 'public'
          ? 'the repository is public: any signed-in user could download the data'
          : 'the event does not say whether the repository is private';
      this.problem('allow-plaintext-backup', `is refused, ${why}`, 'pass backup-passphrase from a secret');
    }
  }

  port(): number {
    const value = this.text('db-port') ?? '';
    return isPort(value) ? Number(value) : 3306;
  }

  names(name: string): readonly string[] | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : splitNames(value);
  }

  labels(): Expression | undefined {
    const source = this.text('labels');
    if (source === undefined) return undefined;
    const parsed = parseExpression(source);
    return 'root' in parsed ? parsed : undefined;
  }

  /** Whether somebody has to approve the run, which only a workflow has. */
  approval(place: 'action' | 'terminal'): boolean {
    const isRequired = this.boolean('require-approval');
    if (isRequired && place === 'terminal') {
      this.problem(
        'require-approval',
        'there is no workflow run at a terminal that somebody could approve',
        'leave it out; expected-plan-hash holds a run to the plan that was reviewed',
      );
    }
    return isRequired;
  }

  expectedPlan(): ExpectedPlan | undefined {
    const hash = this.text('expected-plan-hash')?.toLowerCase();
    if (hash === undefined) return undefined;
    return { hash, parts: parsePlanParts(this.text('expected-plan-parts') ?? '') };
  }

  /** An approval is for a plan, so with `require-approval` there has to be one. */
  requirePlan(): void {
    if (this.text('expected-plan-hash') !== undefined || !this.boolean('require-approval')) return;
    this.problem(
      'expected-plan-hash',
      'is required by require-approval: an approval is for a plan',
      'pass the output plan-hash of the job that showed the plan',
    );
  }
}
