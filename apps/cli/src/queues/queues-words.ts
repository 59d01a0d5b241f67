import { Command } from 'commander';
import { API_HELP } from '../api/api-help.js';
import type { Page } from '../api/api-client.js';
import { type Platform, platformAction } from '../api/platform-action.js';
import { duration } from '../terminal/duration.js';
import { table } from '../terminal/table.js';

const HELP = `
Straight from JetStream's consumers, as \`nats consumer report RUN_REQUESTS\` has them: what nobody was given yet (pending),
what was given and is not settled (in flight), of that what was given more than once, and how long the oldest has waited.
What waits with high priority goes before.

Example:
  npx agent-platform queues --json | jq '.items[] | select(.pending > 100) | .agent'
`;

interface Consumer {
  readonly stream: string;
  readonly consumer: string;
  readonly pending: number;
  readonly in_flight: number;
  readonly redelivered: number;
  readonly oldest_pending_ms: number | null;
  readonly max_ack_pending: number;
}

interface Stream {
  readonly stream: string;
  readonly messages: number;
  readonly bytes: number;
  readonly fill: number | null;
}

interface AgentQueue extends Consumer {
  readonly agent: string;
  readonly is_in_catalogue: boolean;
  /** What waits with high priority and goes before. */
  readonly high: Consumer | null;
}

interface QueuePage extends Page<AgentQueue> {
  readonly services: readonly Consumer[];
  readonly streams: readonly Stream[];
}

/** `queues` */
export function queuesWords(): Command {
  return new Command('queues')
    .description('what waits and what is under way, per agent and service, and how full streams are')
    .option('--json', 'print the answer of the API, with all items')
    .addHelpText('after', HELP + API_HELP)
    .action(platformAction(showQueues));
}

async function showQueues(
  { client, output }: Platform,
  { json }: { readonly json?: boolean },
): Promise<boolean> {
  const items: QueuePage['items'] = [];
  let latest: QueuePage | undefined;
  for await (const page of client.pages<QueuePage>('/queues', {}, Infinity)) {
    items.push(...page.items);
    latest = page;
  }
  const queues = {
    items,
    next_cursor: null,
    services: latest?.services ?? [],
    streams: latest?.streams ?? [],
  };
  output.lines(json === true ? [JSON.stringify(queues)] : queueLines(queues));
  return true;
}

function queueLines({ items, services, streams }: QueuePage): string[] {
  const columns = ['PENDING', 'IN FLIGHT', 'REDELIVERED', 'OLDEST', 'MOST IN FLIGHT'];
  return [
    ...table([
      ['AGENT', 'HIGH PENDING', ...columns],
      ...items.map((each) => [
        each.is_in_catalogue ? each.agent : `${each.agent} (not in the catalogue)`,
        String(each.high?.pending ?? '-'),
        ...cellsOf(each),
      ]),
    ]),
    '',
    ...table([['SERVICE', ...columns], ...services.map((each) => [each.consumer, ...cellsOf(each)])]),
    '',
    ...table([
      ['STREAM', 'MESSAGES', 'MIB', 'FULL'],
      ...streams.map(({ stream, messages, bytes, fill }) => [
        stream,
        String(messages),
        (bytes / 2 ** 20).toFixed(1),
        fill === null ? '-' : `${(fill * 100).toFixed(1)} %`,
      ]),
    ]),
  ];
}

function cellsOf(consumer: Consumer): string[] {
  const { pending, in_flight, redelivered, oldest_pending_ms: oldestMs, max_ack_pending: most } = consumer;
  return [
    ...[pending, in_flight, redelivered].map(String),
    oldestMs === null ? '-' : duration(oldestMs),
    String(most),
  ];
}
