import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { NotifierBench } from './notifier-bench.js';

const TO = 'ana@example.com';

function sorted(texts: readonly string[]): string[] {
  return texts.toSorted((one, other) => one.localeCompare(other));
}

describe('occasions', () => {
  let bench: NotifierBench;

  beforeAll(async () => {
    bench = await NotifierBench.start();
  });

  afterEach(async () => {
    await bench.reset();
  });

  afterAll(async () => {
    await bench.stop();
  });

  /** In alphabetical order: notifications of one run are sent side by side. */
  function subjects(): string[] {
    return sorted(bench.mail.mails.map(({ headers }) => headers.get('subject') ?? ''));
  }

  it('sends the top five of a success, in the order of the agent', async () => {
    await bench.startNotifier();
    const agent = await bench.declare({ name: 'top', on: 'success', results: 'ranking.items', emails: [TO] });
    const items = [3, 9, 1, 7, 5, 8].map((score) => ({
      title: `Item ${score}`,
      score: score / 10,
      url: `https://example.com/${score}`,
      source: 'feed',
    }));
    const requestId = await bench.end(
      agent,
      { result: { ranking: { items } }, metrics: { items: 6, took_s: 1.5, complete: true } },
      { origin: { trigger: 'schedule', schedule: 'tick', requested_at: '2026-11-22T04:00:00Z' } },
    );
    await bench.fail(agent);
    await bench.settled();
    expect(subjects()).toEqual([`${agent} succeeded: top 5 of 6`]);
    const [mail] = bench.mail.mails;
    expect(mail?.headers.get('to')).toBe(TO);
    expect(mail?.headers.get('from')).toBe('Agent Platform <agents@example.com>');
    expect(mail?.headers.get('message-id')).toMatch(/^<run-\d+\.top\.[0-9a-f]{16}@example\.com>$/);
    for (const body of [mail?.text, mail?.html]) {
      expect([...(body?.matchAll(/Item \d/g) ?? [])].map(String)).toEqual([
        'Item 3',
        'Item 9',
        'Item 1',
        'Item 7',
        'Item 5',
      ]);
      for (const fact of [
        agent,
        requestId,
        'tick',
        '45.0 s',
        'https://example.com/9',
        'feed',
        '0.9',
        '1.5',
      ]) {
        expect(body).toContain(fact);
      }
    }
  });

  it('tells of a failure, of the third in a row once, and of the recovery', async () => {
    await bench.startNotifier({ defaultEmails: TO });
    const agent = await bench.declare(
      { name: 'broken', on: 'failure' },
      { name: 'repeated', on: 'failures_in_a_row', times: 3 },
      { name: 'well_again', on: 'recovery' },
    );
    await bench.succeed(agent);
    await bench.fail(agent);
    await bench.end(agent, { error: 'too slow', reason: 'timeout' });
    await bench.end(
      agent,
      { error: 'by whoever' },
      { type: 'cancelled', cancel_requested_at: '2026-11-22T04:00:00Z' },
    );
    await bench.fail(agent);
    await bench.fail(agent);
    await bench.succeed(agent);
    await bench.succeed(agent);
    await bench.fail(agent);
    await bench.settled();
    expect(subjects()).toEqual(
      sorted([
        `${agent} failed`,
        `${agent} failed`,
        `${agent} failed`,
        `${agent} failed`,
        `${agent} failed (timeout)`,
        `${agent} has failed 3 times in a row`,
        `${agent} has recovered after 4 failures`,
      ]),
    );
    const timeout = bench.mail.mails.find(({ headers }) => headers.get('subject')?.includes('timeout'));
    expect(timeout?.text).toContain('too slow');
    expect(timeout?.html).toContain('too slow');
  });

  it('takes reports from outside as the runs that they are', async () => {
    await bench.startNotifier();
    const agent = await bench.declare(
      { name: 'broken', on: 'failure', emails: [TO] },
      { name: 'well_again', on: 'recovery', emails: [TO] },
    );
    const report = { type: 'reported', report_hash: 'a'.repeat(64) };
    await bench.end(agent, { result: 1 }, { ...report, error: 'no network' });
    await bench.end(agent, { result: 1 }, { ...report, error: null });
    await bench.settled();
    expect(subjects()).toEqual([`${agent} failed`, `${agent} has recovered after a failure`]);
  });

  it('skips what is no final event, and what can not be read', async () => {
    const notifier = await bench.startNotifier();
    const agent = await bench.declare({ name: 'top', on: 'success', emails: [TO] });
    await bench.publish('odd-1', { type: 'succeeded', agent });
    await bench.publish('odd-2', { type: 'progress', agent, request_id: 'odd-2' });
    bench.nats.publish('runs.events.odd-3', 'no JSON');
    await bench.succeed(agent);
    await bench.settled();
    expect(subjects()).toEqual([`${agent} succeeded`]);
    expect(await bench.deadLetters()).toEqual([]);
    expect(notifier).toBeDefined();
  });
});
