import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { StreamTrimmer } from '../../apps/ingest/src/trimming/stream-trimmer.js';
import { Platform } from '../support/platform.js';

/** Bytes; the smallest bound that the configuration takes. */
const BOUND = 1_048_576;

describe('a stream that fills', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await Platform.start({ setup: { runRequestsMaxBytes: BOUND, runEventsMaxBytes: BOUND } });
  });

  afterAll(async () => await platform?.stop());

  it('refuses what does not fit while it is needed, and makes room once it is not', async () => {
    const nats = await platform.nats();
    const manager = await jetstreamManager(nats);
    await manager.consumers.delete('RUN_EVENTS', 'notifier'); // nobody reads it here, so it would hold all events
    await manager.consumers.add('RUN_REQUESTS', {
      durable_name: 'executor-echo',
      filter_subject: 'runs.requests.echo',
      ack_policy: 'explicit',
      ack_wait: 15_000_000_000,
      deliver_policy: 'all',
      max_deliver: -1,
      max_ack_pending: 100,
    });
    const body = JSON.stringify({ input: { text: 'x'.repeat(8_000) } });
    const fill = async (): Promise<{ accepted: number; refused: number }> => {
      const answers = await Promise.all(
        Array.from(
          { length: 200 },
          async () => await nats.request('runs.requests.echo', body, { timeout: 20_000 }),
        ),
      );
      const refused = answers.filter((answer) => 'error' in answer.json<object>()).length;
      return { accepted: answers.length - refused, refused };
    };
    const first = await fill();
    expect(first.refused).toBeGreaterThan(0);
    const trimmer = (await platform.createIngest()).get(StreamTrimmer);
    await trimmer.trimAll();
    expect((await manager.streams.info('RUN_REQUESTS')).state.messages).toBe(first.accepted);

    await platform.startExecutor();
    await vi.waitFor(
      async () => {
        await trimmer.trimAll(); // the events fill their stream as well
        const [row] = await platform.query<{ n: number }>(
          "SELECT count(*)::int AS n FROM agent_runs WHERE status = 'success'",
        );
        expect(row?.n).toBe(first.accepted);
      },
      { timeout: 15_000, interval: 100 },
    );
    await vi.waitFor(
      async () => {
        await trimmer.trimAll();
        const { state } = await manager.streams.info('RUN_REQUESTS');
        expect(state.bytes).toBeLessThan(0.7 * BOUND);
      },
      { timeout: 10_000, interval: 200 },
    );
    expect((await fill()).accepted).toBeGreaterThan(0);
  }, 40_000);
});
