import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkLedger } from '../support/ledger-check.js';
import { Platform } from '../support/platform.js';
import { request, requestMany } from './request-publisher.js';

describe('agents that are hard on their executor', () => {
  let platform: Platform;
  const asked: string[] = [];

  beforeAll(async () => {
    platform = await Platform.start();
    await platform.startIngest();
    const executor = platform.spawn('test/processes/executor.js', { EXECUTOR_CONCURRENCY: '4' });
    await executor.printed('ready');
  });

  afterAll(async () => await platform.stop());

  it('block its process, and cost no other run an attempt', async () => {
    const burning = await requestMany(platform, 'burner', 'burn', 12, () => ({
      input: { ms: 300 },
      attempt_limit: 1,
    }));
    const others = await Promise.all(
      ['echo', 'sleeper', 'flaky'].map(
        async (agent) => await requestMany(platform, agent, agent, 20, () => ({ attempt_limit: 1 })),
      ),
    );
    asked.push(...burning, ...others.flat());
    await checkLedger(platform, asked, 25_000);
    const troubled = await platform.query(
      "SELECT request_id, attempt, failure_reason FROM agent_runs WHERE status <> 'success' OR attempt > 1",
    );
    expect(troubled).toEqual([]);
  }, 40_000);

  it('fail with a message that no event could carry, as often as they may', async () => {
    asked.push(await request(platform, 'wordy', 'wordy', { input: { length: 5_000_000 } }));
    await checkLedger(platform, asked, 15_000);
    const [run] = await platform.query<{ error_message: string }>(
      "SELECT status, attempt, failure_reason, error_message FROM agent_runs WHERE agent_name = 'wordy'",
    );
    expect(run).toMatchObject({ status: 'failed', attempt: 2, failure_reason: 'error' });
    expect(run?.error_message.length).toBeLessThan(10_000);
  }, 20_000);
});
