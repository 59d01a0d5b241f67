import { type Command, Option } from 'commander';
import type { Query } from '../api/api-client.js';

const STAGES = ['requests', 'events', 'notifications'];

/** Which letters are meant. */
export interface DeadLetterFilter {
  readonly stage?: string;
  readonly reason?: string;
  readonly agent?: string;
}

/** Adds the options of the filter. */
export function withDeadLetterFilter(command: Command): Command {
  return command
    .addOption(new Option('-s, --stage <stage>', 'refused by this stage').choices(STAGES))
    .option('--reason <text>', 'whose reason has this text in it, in any case')
    .option('-a, --agent <name>', 'requests for runs of this agent');
}

/** The filter in the words of the API. */
export function filterOf({ stage, reason, agent }: DeadLetterFilter): Query {
  const given = Object.entries({ stage, reason_contains: reason, agent });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
