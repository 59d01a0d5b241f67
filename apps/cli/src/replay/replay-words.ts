import { Command } from 'commander';
import { wholeNumber } from '../options/whole-number.js';
import type { ReplayOptions } from './replay-options.js';

const HELP = `
Reads RUN_EVENTS again, from its beginning unless told otherwise, and restores what the tables lack: rows of runs,
metrics, attempts, log lines, dead letters; and daily summaries that differ from the rows. What is there stays as it
is, so it may be repeated. Into empty tables it is a rebuild: after a wrong TRUNCATE, an old backup, or the move to a
new database. It never empties a table; to begin anew, give ingest a new database (npm run setup) and replay into it.

With --to-sequence or --to-time, runs that end after it are restored as they were then, and requests that wait and
dead letters are left out.

Live traffic goes first: a replay waits while more than 1000 messages wait to be written. One at a time.
Ctrl-C stops it after the batch in hand; what was restored stays.

Examples:
  npx agent-platform replay --dry-run                       what would be restored
  npx agent-platform replay --from-time 2026-11-22T04:00:00Z --yes
  npx agent-platform replay --run weather-daily-20261122T040000Z --yes

Exit code: 0 done, 1 stopped or failed, 2 wrong usage, 69 NATS or ingest does not answer, 78 wrong configuration.
Where the platform is: NATS_URL, NATS_USER, NATS_PASSWORD; otherwise the .data/connection.env of a running npm start.`;

/** `replay` and its options. */
export function replayWords(execute: (options: ReplayOptions) => Promise<void>): Command {
  return new Command('replay')
    .description('restore from the streams what the tables lack')
    .option('--from-sequence <n>', 'begin with this sequence of RUN_EVENTS', wholeNumber)
    .option('--from-time <iso>', 'begin with what the broker stored at this time')
    .option('--to-sequence <n>', 'end with this sequence of RUN_EVENTS', wholeNumber)
    .option('--to-time <iso>', 'end with what the broker stored at this time')
    .option('--run <request_id>', 'only the events of one run')
    .option('--rate <events>', 'events a second at most', wholeNumber)
    .option('--dry-run', 'say what would be restored, and change nothing')
    .option('--json', 'print the report as one JSON object; progress goes to standard error')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', HELP)
    .action(execute);
}
