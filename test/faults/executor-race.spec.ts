import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { RUN_REQUESTS } from '#contracts';
import { checkLedger } from '../support/ledger-check.js';
import { Platform } from '../support/platform.js';
import { AttemptLedger } from './attempt-ledger.js';
import { onPlatform } from './on-platform.js';
import { request, requestMany } from './request-publisher.js';

const EXECUTOR = 'test/processes/executor.js';

describe('two executors', () => {
  let platform: Platform;
  let ledger: AttemptLedger;

  beforeAll(async () => {
    platform = await Platform.start();
    ledger = new AttemptLedger(platform);
    await platform.startIngest();
    const executors = [platform.spawn(EXECUTOR), platform.spawn(EXECUTOR)];
    await Promise.all(executors.map(async (executor) => await executor.printed('ready')));
  });

  afterAll(async () => await platform.stop());

  it('begin each of 500 runs once between them', async () => {
    const input = { ms: 20, ledger: ledger.path };
    const asked = await requestMany(platform, 'sleeper', 'race', 500, () => ({ input }));
    await checkLedger(platform, asked, 20_000);
    const begun = await ledger.begun();
    expect(begun).toHaveLength(500);
    expect(new Set(begun.map(({ requestId }) => requestId)).size).toBe(500);
    expect(new Set(begun.map(({ pid }) => pid)).size).toBe(2);
  });

  it('make one run of a request that comes again after the broker has forgotten it', async () =>
    await onPlatform(async (fresh) => {
      const manager = await jetstreamManager(await fresh.nats());
      // Before the first message: the broker keeps the window that it had when it began to forget.
      await manager.streams.update(RUN_REQUESTS, { duplicate_window: nanos(100) });
      await Promise.all([fresh.startExecutor(), fresh.startExecutor()]);
      const notes = new AttemptLedger(fresh);
      for (let copy = 1; copy <= 4; copy += 1) {
        await vi.waitFor(
          async () => {
            await request(fresh, 'sleeper', 'again', { input: { ms: 1_000, ledger: notes.path } });
            expect((await manager.streams.info(RUN_REQUESTS)).state.last_seq).toBe(copy);
          },
          { timeout: 5_000, interval: 150 },
        );
      }
      await checkLedger(fresh, ['again']);
      expect(await fresh.query('SELECT status, attempt FROM agent_runs')).toEqual([
        { status: 'success', attempt: 1 },
      ]);
    }));
});
