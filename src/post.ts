#!/usr/bin/env node
const { env } = process;
// What the runner calls at the end of every job: loads nothing unless main left something to do.
if (env['STATE_run-id'] !== undefined && env['STATE_finished'] === undefined) await import('./index.ts');
