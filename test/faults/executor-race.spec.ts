import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { jetstreamManager } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { RUN_REQUESTS } from '#contracts';
import { checkLedger } from '../support/ledger-check.js';
import { Platform } from '../support/platform.js';
import { AttemptLedger } from './attempt-ledger.js';
import { request, requestMany } from './request-publisher.js';

const EXECUTOR = 'test/processes/executor.js';

describe('two executors', () => {
  let platform: Platform;
  let ledger: AttemptLedger;
  const asked: string[] = [];

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
    asked.push(...(await requestMany(platform, 'sleeper', 'race', 500, () => ({ input }))));
    await checkLedger(platform, asked, 20_000);
    const begun = await ledger.begun();
    expect(begun).toHaveLength(500);
    expect(new Set(begun.map(({ requestId }) => requestId)).size).toBe(500);
    expect(new Set(begun.map(({ pid }) => pid)).size).toBe(2);
  });

  it('make one run of a request that comes again after the broker has forgotten it', async () => {
    const manager = await jetstreamManager(await platform.nats());
    await manager.streams.update(RUN_REQUESTS, { duplicate_window: nanos(100) });
    const body = { input: { ms: 1_000, ledger: ledger.path } };
    for (let copy = 1; copy <= 4; copy += 1) {
      const { state } = await manager.streams.info(RUN_REQUESTS);
      await vi.waitFor(
        async () => {
          await request(platform, 'sleeper', 'again', body);
          const { last_seq } = (await manager.streams.info(RUN_REQUESTS)).state;
          expect(last_seq).toBe(state.last_seq + 1);
        },
        { timeout: 5_000, interval: 300 },
      );
    }
    asked.push('again');
    await checkLedger(platform, asked);
    const ended = (await ledger.lines()).filter(
      ({ what, requestId }) => what === 'end' && requestId === 'again',
    );
    expect(ended.length).toBeGreaterThanOrEqual(1);
  });
});
