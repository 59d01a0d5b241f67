import { setTimeout } from 'node:timers/promises';
import { type AnyRunEvent, eventSubject, INGEST_EVENTS, isFinal, packSubject, RUN_EVENTS } from '#contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { manyHistories, randomOf, shuffled } from '../ingest-writer/run-events.js';
import { storedContent } from '../replay/stored-content.js';
import { Platform } from '../support/platform.js';
import type { ServiceProcess } from '../support/service-process.js';

const INGEST = 'apps/ingest/src/main.js';
const RUNS = 1_500;
const TIMES = 3;
const REPLICAS = 3;
const KILLS = 5;
const KILL_EVERY_MS = 800;
/** After which of the kills Postgres goes, too. */
const POSTGRES_GOES_AT = new Set([2, 4]);

interface EventMessage {
  readonly subject: string;
  readonly data: string;
}

/** Each event on the subject of its run, but where a run is over at once: those travel in packs of random size. */
function messagesOf(histories: readonly AnyRunEvent[][], random: () => number): EventMessage[] {
  const atOnce = histories.filter((events) => events.length === 1 && isFinal(events[0]!)).flat();
  const single = histories.filter((events) => events.length > 1).flat();
  const messages = single.map((event) => ({
    subject: eventSubject(event.request_id),
    data: JSON.stringify(event),
  }));
  for (let first = 0; first < atOnce.length;) {
    const pack = atOnce.slice(first, first + 1 + Math.floor(random() * 20));
    messages.push({ subject: packSubject('storm'), data: JSON.stringify(pack) });
    first += pack.length;
  }
  return messages;
}

async function publishAll(platform: Platform, messages: readonly EventMessage[]): Promise<void> {
  const client = jetstream(await platform.nats());
  for (let first = 0; first < messages.length; first += 200) {
    const some = messages.slice(first, first + 200);
    await Promise.all(some.map(async ({ subject, data }) => await client.publish(subject, data)));
  }
}

async function untilWritten(platform: Platform, timeoutMs: number): Promise<void> {
  const manager = await jetstreamManager(await platform.nats());
  await vi.waitFor(
    async () => {
      const { num_pending, num_ack_pending } = await manager.consumers.info(RUN_EVENTS, INGEST_EVENTS);
      expect([num_pending, num_ack_pending]).toEqual([0, 0]);
    },
    { timeout: timeoutMs, interval: 100 },
  );
}

describe('the duplicate storm', () => {
  const random = randomOf(20_261_122);
  const messages = messagesOf(manyHistories(RUNS, random), random);
  let clean: Platform;
  let stormy: Platform;

  beforeAll(async () => {
    [clean, stormy] = await Promise.all([Platform.start(), Platform.start({ postgres: 'private' })]);
    await clean.startIngest();
    await publishAll(clean, messages);
    await untilWritten(clean, 30_000);
  }, 60_000);

  afterAll(async () => {
    await Promise.all([clean?.stop(), stormy?.stop()]);
  });

  /** kill -9 to one replica after the other, in the middle of its batches; twice Postgres goes with it. */
  async function rage(replicas: ServiceProcess[]): Promise<void> {
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await setTimeout(KILL_EVERY_MS); // the pace of the storm, nothing that is waited for
      const isPostgresToo = POSTGRES_GOES_AT.has(kill);
      await Promise.all([replicas.shift()?.kill(), isPostgresToo && stormy.servers.postgres.kill()]);
      if (isPostgresToo) {
        await stormy.servers.postgres.restart();
      }
      replicas.push(stormy.spawn(INGEST));
    }
  }

  it('leaves the tables of a single clean pass, row by row', async () => {
    const manager = await jetstreamManager(await stormy.nats());
    await manager.consumers.update(RUN_EVENTS, INGEST_EVENTS, { ack_wait: nanos(1_000) });
    const storm = Array.from({ length: TIMES }, () => shuffled(messages, random)).flat();
    const replicas = Array.from({ length: REPLICAS }, () => stormy.spawn(INGEST));
    await Promise.all([publishAll(stormy, storm), rage(replicas)]);
    await untilWritten(stormy, 60_000);
    const { num_redelivered, delivered } = await manager.consumers.info(RUN_EVENTS, INGEST_EVENTS);
    expect(delivered.consumer_seq).toBeGreaterThanOrEqual(storm.length);
    expect(num_redelivered).toBe(0);
    expect(await storedContent(stormy)).toEqual(await storedContent(clean));
    expect(await stormy.query('SELECT * FROM dead_letters')).toEqual([]);
  }, 120_000);
});
