import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { platformAction } from '../api/platform-action.js';
import { moment } from '../options/moment.js';
import { wholeNumber } from '../options/whole-number.js';
import { BackfillCommand, type BackfillOptions } from './backfill-command.js';

const HELP = `
First it is said which fires of the range have no run; then runs are asked for, a few at a time and only while nothing
else waits for the agent. Ctrl-C has it stopped; what it has asked for runs. Repeating it goes on where it was.

Examples:
  npx agent-platform schedules backfill weather hourly --from 2026-11-20 --to 2026-11-21 --dry-run
  npx agent-platform schedules backfill weather hourly --from -6h --to -1h --yes
`;

/** `schedules backfill` */
export function backfillWords(): Command {
  return new Command('backfill')
    .description('ask for the runs of past fires that have none')
    .argument('<agent>', 'name of the agent')
    .argument('<schedule>', 'name of the schedule')
    .requiredOption('--from <time>', 'first instant: ISO 8601, a day, or -2h', moment)
    .requiredOption('--to <time>', 'last instant', moment)
    .option('--at-once <count>', 'runs that it may have waiting at the same time', wholeNumber)
    .option('--dry-run', 'only say which fires have no run')
    .option('-y, --yes', 'do not ask')
    .option('--json', 'print what came of it as JSON')
    .addHelpText('after', HELP + API_HELP)
    .action(
      platformAction(
        async (platform, agent: string, schedule: string, options: BackfillOptions) =>
          await new BackfillCommand(platform, agent, schedule).execute(options),
      ),
    );
}
