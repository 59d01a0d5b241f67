import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { setTimeout } from 'node:timers/promises';
import { checkLedger } from '../support/ledger-check.js';
import { Platform } from '../support/platform.js';
import { requestMany } from './request-publisher.js';

describe('a database that is killed under load', () => {
  let platform: Platform;
  let ingestUrl: string;

  beforeAll(async () => {
    platform = await Platform.start({ postgres: 'private' });
    ingestUrl = await platform.startIngest();
    await platform.startExecutor();
  });

  afterAll(async () => await platform.stop());

  async function runCount(): Promise<number> {
    const [row] = await platform.query<{ count: string }>('SELECT count(*) FROM agent_runs');
    return Number(row?.count);
  }

  it('costs no run, doubles none, and makes no message poison', async () => {
    const asking: Promise<string[]>[] = [];
    for (const half of ['first', 'second']) {
      const seen = await runCount();
      asking.push(
        requestMany(platform, 'echo', half, 750, (index) => ({
          input: { n: index, [`only-${index % 5}`]: 1.5 },
        })),
      );
      await vi.waitFor(async () => expect(await runCount()).toBeGreaterThan(seen + 50), {
        timeout: 10_000,
        interval: 5,
      });
      await platform.servers.postgres.kill();
      await platform.servers.postgres.restart();
      await vi.waitFor(runCount, { timeout: 10_000, interval: 50 });
    }
    await checkLedger(platform, (await Promise.all(asking)).flat(), 30_000);
    expect(await platform.query("SELECT 1 FROM agent_runs WHERE status <> 'success'")).toEqual([]);
  }, 60_000);

  it('keeps every report that was answered with 201 or 202, once', async () => {
    const before = await platform.query<{ request_id: string }>('SELECT request_id FROM agent_runs');
    const over = new AbortController();
    const outage = async (): Promise<void> => {
      await setTimeout(100); // in the midst of the reports
      await platform.servers.postgres.kill();
      await platform.servers.postgres.restart();
      over.abort();
    };
    const reports: string[] = [];
    const answers = new Set<number>();
    const producer = async (name: string): Promise<void> => {
      for (let number = 0; !over.signal.aborted || number < 50; number += 1) {
        const requestId = `${name}-${number}`;
        answers.add(await report(ingestUrl, requestId, number));
        reports.push(requestId);
      }
    };
    await Promise.all([outage(), ...['a', 'b', 'c', 'd'].map(producer)]);
    expect(answers.has(201)).toBe(true);
    expect(answers.has(202)).toBe(true);
    await checkLedger(platform, [...before.map(({ request_id }) => request_id), ...reports], 30_000);
  }, 60_000);
});

/** Posts a report under one key until it is taken, every other one twice. */
async function report(ingestUrl: string, requestId: string, number: number): Promise<number> {
  const instant = new Date(Date.UTC(2026, 10, 21, 23, 59, 30) + number * 1_000).toISOString();
  const body = JSON.stringify({
    agent_name: 'outside',
    started_at: instant,
    finished_at: instant,
    metrics: { number, half: number / 2 },
  });
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': requestId };
  const post = async (): Promise<number> =>
    (await fetch(`${ingestUrl}/metrics`, { method: 'POST', headers, body })).status;
  for (;;) {
    const status = await post();
    if (status === 201 || status === 202) {
      return number % 2 === 0 ? status : await post();
    }
    expect(status).toBe(503);
    await setTimeout(20);
  }
}
