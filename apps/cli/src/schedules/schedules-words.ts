import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { backfillWords } from './backfill-words.js';
import { changeSchedulesWords } from './change-schedules-words.js';
import { lookAtSchedulesWords } from './look-at-schedules-words.js';

/** `schedules` and what can be done with them. */
export function schedulesWords(): Command {
  const group = new Command('schedules')
    .description(
      'schedules on the platform: look at them, make, change and pause them, fill in what they missed',
    )
    .addHelpText('after', API_HELP);
  const words = [...lookAtSchedulesWords(), ...changeSchedulesWords(), backfillWords()];
  words.forEach((command) => group.addCommand(command));
  return group;
}
