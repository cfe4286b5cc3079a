import { resolve } from 'node:path';
import type { Expression } from './changelog/expression.ts';
import { parseExpression } from './changelog/parse-expression.ts';
import type { Problem } from './errors.ts';
import { MODES } from './input-table.ts';
import type { Mode } from './report/report.ts';

/** Raw values by input name; an empty one counts as not given. */
export type RawInputs = ReadonlyMap<string, string>;

/** Whoever can see a repository can download its artifacts. */
export type RepositoryVisibility = 'public' | 'private' | 'unknown';

/** Artifacts are there only in a workflow; a folder is absolute. */
export type StoreChoice =
  { readonly kind: 'artifact' } | { readonly kind: 'folder'; readonly folder: string };

/** Reads one input after the other and keeps every problem, so that all are told at once. */
export class InputReader {
  readonly problems: Problem[] = [];
  readonly #raw: RawInputs;
  readonly #visibility: RepositoryVisibility;

  constructor(raw: RawInputs, visibility: RepositoryVisibility) {
    this.#raw = raw;
    this.#visibility = visibility;
  }

  problem(name: string, what: string, fix: string): void {
    this.problems.push({ code: 'invalid-input', message: `input ${name}: ${what}`, fix });
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
    const mode = MODES.find((known) => known === value);
    if (mode === undefined && value !== '') {
      this.problem('mode', `${JSON.stringify(value)} is no mode`, `use one of: ${MODES.join(', ')}`);
    }
    return mode ?? 'validate';
  }

  choice<T extends string>(name: string, allowed: readonly T[], otherwise: T | undefined): T | undefined {
    const value = this.text(name);
    if (value === undefined) return otherwise;
    const found = allowed.find((known) => known === value);
    if (found === undefined) {
      this.problem(name, `${JSON.stringify(value)} is not allowed`, `use one of: ${allowed.join(', ')}`);
    }
    return found ?? otherwise;
  }

  boolean(name: string): boolean {
    const value = this.text(name)?.toLowerCase() ?? 'false';
    if (value !== 'true' && value !== 'false') {
      this.problem(name, `${JSON.stringify(this.text(name))} is neither true nor false`, 'use true or false');
    }
    return value === 'true';
  }

  seconds(name: string, otherwise: number): number {
    const value = this.text(name) ?? String(otherwise);
    const isNumber = /^\d{1,7}(\.\d+)?$/.test(value);
    if (!isNumber)
      this.problem(name, `${JSON.stringify(value)} is no number of seconds`, 'use a number such as 60');
    return isNumber ? Number(value) : otherwise;
  }

  days(name: string, otherwise: number): number {
    const value = this.text(name) ?? String(otherwise);
    const isNumber = /^\d{1,4}$/.test(value) && Number(value) > 0;
    if (!isNumber)
      this.problem(name, `${JSON.stringify(value)} is no number of days`, 'use a number such as 30');
    return isNumber ? Number(value) : otherwise;
  }

  /** `artifact` or `file:<folder>`. */
  store(otherwise: string): StoreChoice {
    const value = this.text('backup-store') ?? otherwise;
    if (value === 'artifact') return { kind: 'artifact' };
    if (!value.startsWith('file:') || value === 'file:')
      this.problem(
        'backup-store',
        `${JSON.stringify(value)} is no store`,
        'use artifact (in a workflow) or file:<folder>',
      );
    return { kind: 'folder', folder: resolve(value.slice('file:'.length)) };
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
    const value = this.text('db-port') ?? '3306';
    const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
    if (port < 1 || port > 65_535) {
      this.problem('db-port', `${JSON.stringify(value)} is no port`, 'use a number from 1 to 65535');
    }
    return port;
  }

  list(name: string): readonly string[] | undefined {
    const items = this.text(name)
      ?.split(',')
      .map((item) => item.trim());
    return items?.filter((item) => item !== '');
  }

  labels(): Expression | undefined {
    const source = this.text('labels');
    if (source === undefined) return undefined;
    const parsed = parseExpression(source);
    if ('root' in parsed) return parsed;
    this.problem('labels', parsed.message, 'use names with and, or, not, commas and parentheses');
    return undefined;
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

  planHash(): string | undefined {
    const value = this.text('expected-plan-hash')?.toLowerCase();
    if (value === undefined && this.text('require-approval')?.toLowerCase() === 'true') {
      this.problem(
        'expected-plan-hash',
        'is required by require-approval: an approval is for a plan',
        'pass the output plan-hash of the job that showed the plan',
      );
    }
    if (value !== undefined && !/^[0-9a-f]{64}$/.test(value)) {
      this.problem('expected-plan-hash', 'is no plan hash', 'copy the 64 hex digits of the output plan-hash');
    }
    return value;
  }
}
