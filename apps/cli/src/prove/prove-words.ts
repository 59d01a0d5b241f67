import { Command } from 'commander';
import type { ProveOptions } from './prove-options.js';

const HELP = `
Holds every message of RUN_EVENTS that ingest has passed against the tables: published = stored + duplicates +
dead letters. Looks for rows without a run, and recounts the daily summaries from the rows. Live traffic goes on;
what is not written yet is not missing, and neither is what retention has removed.

Exit code: 0 proven, 1 there are differences, 2 wrong usage, 69 NATS or ingest does not answer, 78 wrong configuration.
Where the platform is: NATS_URL, NATS_USER, NATS_PASSWORD; otherwise the .data/connection.env of a running npm start.`;

/** `prove` and its options. */
export function proveWords(execute: (options: ProveOptions) => Promise<void>): Command {
  return new Command('prove')
    .description('say whether streams, tables and daily summaries agree')
    .option('--repair', 'recount daily summaries that differ from the rows; rows are restored by replay')
    .option('--json', 'print the report as one JSON object; progress goes to standard error')
    .addHelpText('after', HELP)
    .action(execute);
}
