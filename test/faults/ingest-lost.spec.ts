import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { INGEST_EVENTS, RUN_EVENTS } from '#contracts';
import { DatabaseConnection, DatabaseModule } from '#database';
import { jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { Test, type TestingModule } from '@nestjs/testing';
import { BatchWriter } from '../../apps/ingest/src/writer/batch-writer.js';
import { WriterModule } from '../../apps/ingest/src/writer/writer.module.js';
import { checkLedger } from '../support/ledger-check.js';
import { Platform } from '../support/platform.js';
import { storedEvents } from '../support/stored-events.js';
import { request, requestMany } from './request-publisher.js';

const KILLED_INGEST = 'test/processes/ingest-killed-before-ack.js';
const TABLES = [
  'agent_runs',
  'agent_metrics',
  'agent_run_attempts',
  'agent_daily_summaries',
  'agent_daily_metric_summaries',
];

describe('an ingest that is killed between commit and ack', () => {
  let platform: Platform;
  let asked: string[];

  beforeAll(async () => {
    platform = await Platform.start();
    const manager = await jetstreamManager(await platform.nats());
    // So that what a dead ingest held comes back within the time of a spec.
    await manager.consumers.update(RUN_EVENTS, INGEST_EVENTS, { ack_wait: nanos(1_000) });
    await platform.startExecutor();
    asked = [
      ...(await requestMany(platform, 'echo', 'echo', 200, (index) => ({
        input: { n: index / 4, text: 'x', ok: true },
      }))),
      await request(platform, 'flaky', 'retried', { input: { succeed_at: 3 } }),
      await request(platform, 'flaky', 'given-up', { input: { succeed_at: 99 } }),
    ];
  });

  afterAll(async () => await platform.stop());

  it('three times in a row, counts nothing twice', async () => {
    for (let time = 1; time <= 3; time += 1) {
      const killed = platform.spawn(KILLED_INGEST);
      expect(await killed.ended()).toBe('SIGKILL');
    }
    const [written] = await platform.query<{ count: string }>('SELECT count(*) FROM agent_runs');
    expect(Number(written?.count)).toBeGreaterThan(0);
    await platform.startIngest();
    await checkLedger(platform, asked, 45_000);
  }, 60_000);

  it('changes nothing when all events come again, in any order and company', async () => {
    const events = await storedEvents(await platform.nats());
    const before = await checksums(platform);
    await withWriter(platform, async (writer) => {
      for (let storm = 1; storm <= 3; storm += 1) {
        const shuffled = shuffle(events, storm);
        for (let first = 0; first < shuffled.length; first += 37) {
          await writer.writeOrSplit(shuffled.slice(first, first + 37));
        }
      }
      // And side by side, as two ingests would.
      const whole = [4, 5, 6].map(async (seed) => await writer.writeOrSplit(shuffle(events, seed)));
      await Promise.all(whole);
    });
    expect(await checksums(platform)).toEqual(before);
    await checkLedger(platform, asked);
  });
});

async function withWriter(platform: Platform, work: (writer: BatchWriter) => Promise<void>): Promise<void> {
  const options = { url: platform.ingestUrl, poolSize: 4, applicationName: 'storm' };
  const app: TestingModule = await Test.createTestingModule({
    imports: [DatabaseModule.forRoot(options), WriterModule],
  }).compile();
  await app.init();
  try {
    await vi.waitFor(() => expect(app.get(DatabaseConnection).isConnected).toBe(true));
    await work(app.get(BatchWriter));
  } finally {
    await app.close();
  }
}

async function checksums(platform: Platform): Promise<Record<string, string>> {
  const sums: Record<string, string> = {};
  for (const table of TABLES) {
    const rows = await platform.query<{ row: string }>(`SELECT t::text AS row FROM ${table} AS t ORDER BY 1`);
    sums[table] = createHash('sha256')
      .update(rows.map(({ row }) => row).join('\n'))
      .digest('hex');
  }
  return sums;
}

/** The same order for the same seed, so that a failure can be repeated. */
function shuffle<T>(items: readonly T[], seed: number): T[] {
  const place = (index: number): string => createHash('sha256').update(`${seed} ${index}`).digest('hex');
  return items
    .map((item, index) => ({ item, place: place(index) }))
    .toSorted((one, other) => (one.place < other.place ? -1 : 1))
    .map(({ item }) => item);
}
