import { AGENT_NAME_PATTERN, executorConsumer, RUN_PRIORITIES, RUN_REQUESTS } from '#contracts';
import { Injectable } from '@nestjs/common';
import type { ConsumerInfo, StreamInfo } from '@nats-io/jetstream';
import { AgentCatalogue } from '../agents/agent-catalogue.js';
import { fromNats } from '../http/in-reach.js';
import { pageOf } from '../http/page.js';
import { QueueReader } from './queue-reader.js';
import type { ConsumerView, QueuePage, StreamView } from './queue-view.js';

const AGENT_PREFIX = executorConsumer('');

/** Which queues are asked for. */
export interface WantedQueues {
  readonly limit: number;
  /** Only agents after this one. */
  readonly after: string;
}

/** Makes the list of queues. */
@Injectable()
export class QueueList {
  constructor(
    private readonly reader: QueueReader,
    private readonly catalogue: AgentCatalogue,
  ) {}

  /** @throws BrokerUnavailableException */
  async list({ limit, after }: WantedQueues): Promise<QueuePage> {
    return await fromNats('The queues', async () => {
      const [consumers, streams] = await Promise.all([this.reader.consumers(), this.reader.streams()]);
      const queues = consumers
        .flatMap((info) => {
          const agent = agentOf(info);
          const isListed = agent !== undefined && info.name === executorConsumer(agent) && agent > after;
          return isListed ? [{ agent, info }] : [];
        })
        .toSorted((one, other) => (one.agent < other.agent ? -1 : 1));
      const page = pageOf(queues, limit, (last) => [last.agent]);
      const services = consumers.filter((info) => agentOf(info) === undefined);
      return {
        items: await Promise.all(
          page.items.map(async ({ agent, info }) => ({
            agent,
            is_in_catalogue: this.catalogue.find(agent) !== undefined,
            ...(await this.viewOf(info)),
            high: await this.highOf(agent, consumers),
          })),
        ),
        next_cursor: page.next_cursor,
        services: await Promise.all(services.map(async (info) => await this.viewOf(info))),
        streams: streams.map(streamView),
      };
    });
  }

  private async highOf(agent: string, consumers: readonly ConsumerInfo[]): Promise<ConsumerView | null> {
    const name = executorConsumer(agent, 'high');
    const high = consumers.find((info) => info.stream_name === RUN_REQUESTS && info.name === name);
    return high === undefined ? null : await this.viewOf(high);
  }

  private async viewOf(info: ConsumerInfo): Promise<ConsumerView> {
    const oldest = await this.reader.oldestPending(info);
    return {
      stream: info.stream_name,
      consumer: info.name,
      pending: info.num_pending,
      in_flight: info.num_ack_pending,
      redelivered: info.num_redelivered,
      oldest_pending_ms: oldest === undefined ? null : Math.max(0, Date.now() - oldest.getTime()),
      max_ack_pending: info.config.max_ack_pending ?? 0,
      delivered_sequence: info.delivered.stream_seq,
      settled_sequence: info.ack_floor.stream_seq,
    };
  }
}

/** Whose lane the consumer is, the high one or the normal one; nothing when it is that of no agent. */
function agentOf({ stream_name: stream, name }: ConsumerInfo): string | undefined {
  if (stream !== RUN_REQUESTS || !name.startsWith(AGENT_PREFIX)) {
    return undefined;
  }
  const [agent = ''] = name.slice(AGENT_PREFIX.length).split('-');
  const isAgents = RUN_PRIORITIES.some((priority) => executorConsumer(agent, priority) === name);
  return isAgents && AGENT_NAME_PATTERN.test(agent) ? agent : undefined;
}

function streamView({ config, state }: StreamInfo): StreamView {
  const maxBytes = config.max_bytes > 0 ? config.max_bytes : null;
  return {
    stream: config.name,
    messages: state.messages,
    bytes: state.bytes,
    max_bytes: maxBytes,
    fill: maxBytes === null ? null : state.bytes / maxBytes,
    first_sequence: state.first_seq,
    last_sequence: state.last_seq,
  };
}
