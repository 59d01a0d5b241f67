import { readFile } from 'node:fs/promises';
import { requestSubject, RUN_EVENTS, RUN_REQUESTS } from '#contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { IngestClient, report } from '../ingest/ingest-client.js';
import { Platform } from '../support/platform.js';
import type { ServiceProcess } from '../support/service-process.js';

/** Bytes; the smallest bound that the configuration takes. */
const BOUND = 1_048_576;
const BODY = JSON.stringify({ input: { ms: 0, text: 'x'.repeat(4_000) } });
const MAX_RSS_BYTES = 300 * 1_048_576;

async function residentBytes({ pid }: ServiceProcess): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1_024;
}

describe('a Postgres that is stopped', () => {
  let platform: Platform;
  let executor: ServiceProcess;
  let ingest: IngestClient;
  const asked: string[] = [];

  beforeAll(async () => {
    platform = await Platform.start({
      postgres: 'private',
      setup: { runRequestsMaxBytes: BOUND, runEventsMaxBytes: BOUND },
    });
    const manager = await jetstreamManager(await platform.nats());
    await manager.consumers.delete(RUN_EVENTS, 'notifier'); // nobody reads it here, so it would hold all events
    ingest = new IngestClient(await platform.startIngest());
    await ingest.untilHealthy();
    executor = platform.spawn('test/processes/executor.js', { LOG_LEVEL: 'error' });
    await executor.printed('ready');
  }, 30_000);

  afterAll(async () => await platform?.stop());

  /** @returns whether the stream took it */
  async function ask(requestId: string): Promise<boolean> {
    const nats = await platform.nats();
    const identity = headers();
    identity.set('Nats-Msg-Id', requestId);
    const answer = await nats.request(requestSubject('sleeper'), BODY, { headers: identity, timeout: 5_000 });
    return !('error' in answer.json<object>());
  }

  async function fillOf(stream: string): Promise<number> {
    const manager = await jetstreamManager(await platform.nats());
    return (await manager.streams.info(stream)).state.bytes / BOUND;
  }

  it('fills the streams to their bound, and then everybody is refused', async () => {
    await platform.servers.postgres.kill();
    await vi.waitFor(
      async () => {
        while (await ask(`asked-${asked.length}`)) {
          asked.push(`asked-${asked.length}`);
        }
        expect(await fillOf(RUN_EVENTS)).toBeGreaterThan(0.95);
        expect(await fillOf(RUN_REQUESTS)).toBeGreaterThan(0.95);
      },
      { timeout: 30_000, interval: 50 },
    );
    expect(await ingest.post(report({ metrics: { text: 'x'.repeat(8_000) } }))).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.stringMatching(/^[1-9]\d*$/) },
    });
    expect(await residentBytes(executor)).toBeLessThan(MAX_RSS_BYTES);
  }, 40_000);

  it('loses nothing: all is done and written once it is back, and the streams take more', async () => {
    await platform.servers.postgres.restart();
    await checkLedgerOfRows();
    await vi.waitFor(async () => expect(await ask('afterwards')).toBe(true), {
      timeout: 15_000,
      interval: 50,
    });
    expect(await residentBytes(executor)).toBeLessThan(MAX_RSS_BYTES);
  }, 60_000);

  /** The events of the beginning are trimmed by then, so that the rows alone tell. */
  async function checkLedgerOfRows(): Promise<void> {
    await vi.waitFor(
      async () => {
        const rows = await platform.query(
          `SELECT status, count(*)::int AS runs, count(DISTINCT request_id)::int AS ids FROM agent_runs GROUP BY status`,
        );
        expect(rows).toEqual([{ status: 'success', runs: asked.length, ids: asked.length }]);
      },
      { timeout: 40_000, interval: 100 },
    );
    expect(await platform.query('SELECT * FROM dead_letters')).toEqual([]);
  }
});
