import type { Command } from './command.ts';
import { grantsCommand } from './grants-command.ts';
import { initCommand } from './init-command.ts';
import { newCommand } from './new-command.ts';
import { scaffoldCommand } from './scaffold-command.ts';

/** What there is at a terminal beside the modes. */
export const COMMANDS: readonly Command[] = [initCommand, newCommand, grantsCommand, scaffoldCommand];
