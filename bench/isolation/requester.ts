import { setTimeout } from 'node:timers/promises';
import { AGENT_STATES_BUCKET, agentStateKey, requestSubject } from '#contracts';
import { jetstream, type JetStreamClient } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import type { NatsConnection } from '@nats-io/transport-node';
import { nowMs } from '../support/now-ms.js';

const SECOND_MS = 1_000;
const IN_FLIGHT = 200;

/** Asks for runs, which are named `<prefix>-<number>`. */
export class Requester {
  private readonly client: JetStreamClient;

  constructor(private readonly nats: NatsConnection) {
    this.client = jetstream(nats);
  }

  /** Asks for `count` runs as fast as the broker stores the requests. */
  async requestAll(agent: string, prefix: string, count: number): Promise<void> {
    let next = 0;
    const requestNext = async (): Promise<void> => {
      while (next < count) {
        next += 1;
        await this.request(agent, `${prefix}-${next}`);
      }
    };
    await Promise.all(Array.from({ length: IN_FLIGHT }, requestNext));
  }

  /**
   * Asks for `count` runs at an even pace.
   * @param onRequest told how many were asked for so far
   */
  async requestPaced(
    agent: string,
    prefix: string,
    { count, perSecond, onRequest }: { count: number; perSecond: number; onRequest: (done: number) => void },
  ): Promise<void> {
    const beganAt = performance.now();
    const requests: Promise<void>[] = [];
    while (requests.length < count) {
      requests.push(this.request(agent, `${prefix}-${requests.length}`));
      onRequest(requests.length);
      const dueAt = beganAt + (requests.length * SECOND_MS) / perSecond;
      await setTimeout(Math.max(0, dueAt - performance.now()));
    }
    await Promise.all(requests);
  }

  /** Lets requests wait: executors take none of this agent until `resume`. */
  async pause(agent: string): Promise<void> {
    const states = await new Kvm(this.nats).open(AGENT_STATES_BUCKET);
    await states.put(agentStateKey(agent, 'paused'), JSON.stringify({ at: new Date().toISOString() }));
  }

  async resume(agent: string): Promise<void> {
    const states = await new Kvm(this.nats).open(AGENT_STATES_BUCKET);
    await states.delete(agentStateKey(agent, 'paused'));
  }

  private async request(agent: string, requestId: string): Promise<void> {
    const body = { input: { published_at_ms: nowMs() } };
    await this.client.publish(requestSubject(agent), JSON.stringify(body), { msgID: requestId });
  }
}
