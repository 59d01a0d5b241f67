import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import { apiPath } from '../api/api-path.js';
import { EventStream } from '../api/event-stream.js';
import { platformAction } from '../api/platform-action.js';
import { isFinalEvent } from './is-final-event.js';

const HELP = `
First \`run\` with the run as it is, then every fact, what already happened first.

Example:
  npx agent-platform runs events 4711 | jq -c 'select(.event == "progress") | .data.percent'
`;

/** `runs events` */
export function runEventsWords(): Command {
  return new Command('events')
    .description('follow a run to its end, for programs: a JSON object per event')
    .argument('<id>', 'run_id or request_id')
    .addHelpText('after', HELP + API_HELP)
    .action(
      platformAction(async ({ client, output }, id: string) => {
        for await (const sent of new EventStream(client, apiPath`/runs/${id}/events`).events()) {
          output.json(sent);
          if (isFinalEvent(sent.event)) {
            return true;
          }
        }
        return true;
      }),
    );
}
