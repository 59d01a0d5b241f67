import { type Command, Option } from 'commander';
import { RUN_TRIGGERS } from '#contracts';
import type { Query } from '../api/api-client.js';
import { moment } from '../options/moment.js';

/** Which runs are meant. */
export interface RunFilter {
  readonly agent?: string;
  readonly status?: string;
  readonly trigger?: string;
  readonly from?: string;
  readonly to?: string;
  readonly error?: string;
}

/** Adds the options of a filter. @param statuses those that make sense for the command */
export function withRunFilter(
  command: Command,
  { statuses, byError }: { readonly statuses: readonly string[]; readonly byError: boolean },
): Command {
  command
    .option('-a, --agent <name>', 'of this agent')
    .addOption(new Option('-s, --status <status>', 'in this status').choices(statuses))
    .addOption(new Option('--trigger <trigger>', 'asked for in this way').choices(RUN_TRIGGERS))
    .option('--from <time>', 'requested at or after this: ISO 8601, a day, or -2h', moment)
    .option('--to <time>', 'requested before this', moment);
  return byError ? command.option('--error <text>', 'whose error has this text in it, in any case') : command;
}

/** The filter alone, without the other options of its command. */
export function filterOf({ agent, status, trigger, from, to, error }: RunFilter): Query {
  const given = Object.entries({ agent, status, trigger, from, to, error });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}
