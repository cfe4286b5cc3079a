import type { InputSpec } from './input-table.ts';

/** An input of the contract whose feature is not there yet. */
type UnbuiltInput = Pick<InputSpec, 'name' | 'environment' | 'kind'> & {
  /** The value that asks for nothing. */
  readonly off?: string;
};

/**
 * Refused, never ignored: who asks for a rehearsal shall not believe that there was one. Whoever builds a feature moves
 * its inputs to the table. Values that only another input gives a meaning to are not looked for in the environment.
 */
export const UNBUILT_INPUTS: readonly UnbuiltInput[] = [
  { name: 'db-auth', environment: 'DB_AUTH', kind: 'text', off: 'password' },
  { name: 'db-region', kind: 'text' },
  { name: 'db-password-command', kind: 'text' },
  { name: 'backup-touched-above', kind: 'text' },
  { name: 's3-endpoint', kind: 'text' },
  { name: 's3-region', kind: 'text' },
  { name: 's3-path-style', kind: 'boolean', off: 'false' },
  { name: 'backup-sse', kind: 'text' },
  { name: 'backup-sse-key', kind: 'secret' },
  { name: 'backup-lock', kind: 'text', off: 'none' },
  { name: 'allow-other-target', kind: 'boolean', off: 'false' },
  { name: 'rehearsal', kind: 'text', off: 'none' },
  { name: 'rehearsal-host', kind: 'text' },
  { name: 'rehearsal-port', kind: 'text' },
  { name: 'rehearsal-user', kind: 'text' },
  { name: 'rehearsal-password', kind: 'secret' },
  { name: 'rehearsal-rows', kind: 'text', off: '0' },
  { name: 'rehearsal-max-block', kind: 'text' },
  { name: 'rehearsal-max-copy', kind: 'text' },
  { name: 'online-schema-change', kind: 'text', off: 'off' },
  { name: 'online-threshold', kind: 'text' },
  { name: 'online-verify', kind: 'text' },
  { name: 'max-lag', kind: 'text' },
  { name: 'replica-hosts', kind: 'text' },
  { name: 'revert-window', kind: 'text', off: '0' },
  { name: 'webhook-url', environment: 'WEBHOOK_URL', kind: 'secret' },
  { name: 'webhook-secret', kind: 'secret' },
  { name: 'webhook-format', kind: 'text' },
];
