import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { cancelRunsWords } from './cancel-runs-words.js';
import { followRunWords } from './follow-run-words.js';
import { listRunsWords } from './list-runs-words.js';
import { retryRunsWords } from './retry-runs-words.js';
import { runEventsWords } from './run-events-words.js';
import { runLogsWords } from './run-logs-words.js';
import { runResultWords } from './run-result-words.js';
import { showRunWords } from './show-run-words.js';
import { startRunWords } from './start-run-words.js';

/** `runs` and what can be done with them. */
export function runsWords(): Command {
  const group = new Command('runs')
    .description('runs on the platform: ask for them, look at them, follow, cancel and retry them')
    .addHelpText('after', API_HELP);
  const words = [
    startRunWords(),
    listRunsWords(),
    showRunWords(),
    followRunWords(),
    runLogsWords(),
    runResultWords(),
    runEventsWords(),
    cancelRunsWords(),
    retryRunsWords(),
  ];
  words.forEach((command) => group.addCommand(command));
  return group;
}
