import { executorConsumer, INGEST_REQUESTS, requestSubject, RUN_PRIORITIES, RUN_REQUESTS } from '#contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { StreamTrimmer } from '../../apps/ingest/src/trimming/stream-trimmer.js';
import { Platform } from '../support/platform.js';
import { named } from './urgent.js';

/** Bytes; the smallest bound that the configuration takes. */
const BOUND = 1_048_576;
/** More consumers than the broker lists at a time. */
const AGENTS = 140;
/** Each message and each consumer costs a sync, and the disk is shared with other specs. */
const PATIENCE_MS = 20_000;

let platform: Platform;

beforeAll(async () => {
  platform = await Platform.start({ setup: { runRequestsMaxBytes: BOUND } });
});

afterAll(async () => await platform?.stop());

it('trims nothing that waits in the high lane of one of many agents, and all of it once it is settled', async () => {
  const nats = await platform.nats();
  const manager = await jetstreamManager(nats, { timeout: PATIENCE_MS });
  // By name the last one: what is not listed at once counts as well.
  const agents = [...named('agent', AGENTS).map((name) => name.replace('-', '_')), 'zebra'];
  await Promise.all(
    agents.flatMap((agent) =>
      RUN_PRIORITIES.map(async (priority) => {
        await manager.consumers.add(RUN_REQUESTS, {
          durable_name: executorConsumer(agent, priority),
          filter_subject: requestSubject(agent, priority),
          ack_policy: 'explicit',
        });
      }),
    ),
  );
  const trimmer = (await platform.createIngest()).get(StreamTrimmer);
  const body = JSON.stringify({ input: { text: 'x'.repeat(8_000) } });
  await Promise.all(
    Array.from(
      { length: 200 },
      async () => await nats.request(requestSubject('zebra', 'high'), body, { timeout: PATIENCE_MS }),
    ),
  );
  await vi.waitFor(
    async () => {
      const ingest = await manager.consumers.info(RUN_REQUESTS, INGEST_REQUESTS);
      expect(ingest.num_pending + ingest.num_ack_pending).toBe(0);
    },
    { timeout: 10_000, interval: 50 },
  );
  await trimmer.trimAll();
  const full = (await manager.streams.info(RUN_REQUESTS)).state;
  expect([full.first_seq, full.bytes > 0.7 * BOUND]).toEqual([1, true]);
  await manager.consumers.delete(RUN_REQUESTS, executorConsumer('zebra', 'high'));
  await trimmer.trimAll();
  expect((await manager.streams.info(RUN_REQUESTS)).state.bytes).toBeLessThan(0.7 * BOUND);
}, 60_000);
