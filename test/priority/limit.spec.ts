import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Commander } from '../control/commander.js';
import { AttemptLedger } from '../faults/attempt-ledger.js';
import { checkLedger } from '../support/ledger-check.js';
import { Platform } from '../support/platform.js';
import { PriorityAgentsModule } from './priority-agents.module.js';
import { ask, named, untilSucceeded } from './urgent.js';

const EXECUTOR = 'test/processes/priority-executor.js';

let platform: Platform;
let ledger: AttemptLedger;

beforeEach(async () => {
  platform = await Platform.start();
  ledger = new AttemptLedger(platform);
  await platform.startIngest();
});

afterEach(async () => await platform.stop());

/** @param killed whose runs ended without a word */
async function expectOneAtATime(killed?: number): Promise<void> {
  let running: { requestId: string; pid: number } | undefined;
  const overlapping: string[] = [];
  for (const { what, requestId, pid } of await ledger.lines()) {
    const isNext = what === 'end' ? running?.requestId === requestId : running === undefined;
    if (!isNext && running?.pid !== killed) {
      overlapping.push(`${what} ${requestId} while ${running?.requestId} runs`);
    }
    running = what === 'end' ? undefined : { requestId, pid };
  }
  expect(overlapping).toEqual([]);
}

async function rows(sql: string): Promise<object[]> {
  return await platform.query(sql);
}

describe('an agent that runs alone', () => {
  it('does so over both lanes, with two executors of which one is killed', async () => {
    const [first, second] = [platform.spawn(EXECUTOR), platform.spawn(EXECUTOR)];
    await Promise.all([first.printed('ready'), second.printed('ready')]);
    const input = { ledger: ledger.path, ms: 15 };
    const normal = named('normal', 60);
    await ask(platform, ['solo', 'normal'], normal, { input });
    const urgent: string[] = [];
    for (let round = 0; round < 8; round += 1) {
      const ids = named(`high-${round}`, 5);
      urgent.push(...ids);
      await ask(platform, ['solo', 'high'], ids, { input });
      await ledger.untilBegun([ids[0]!]);
    }
    await untilSucceeded(platform, [...urgent, ...normal]);
    await expectOneAtATime();

    const long = { ledger: ledger.path, ms: 700 };
    await ask(platform, ['solo', 'normal'], named('later', 6), { input: long });
    await ask(platform, ['solo', 'high'], named('urgent', 4), { input: long });
    await ledger.untilBegun(['urgent-1']);
    const { pid } = (await ledger.begun('urgent-1'))[0]!;
    const killed = [first, second].find((executor) => executor.pid === pid)!;
    await killed.kill();
    const all = [...urgent, ...normal, ...named('later', 6), ...named('urgent', 4)];
    await checkLedger(platform, all, 45_000);
    await expectOneAtATime(pid);
    expect(await rows("SELECT request_id FROM agent_runs WHERE status <> 'success'")).toEqual([]);
    expect(await rows('SELECT 1 FROM dead_letters')).toEqual([]);
  }, 90_000);

  it('hands a run that was overtaken back, uncharged, when its executor stops or the agent is paused', async () => {
    await platform.startApi();
    const commander = new Commander(platform);
    const first = await platform.startExecutor({ drainMs: 300 }, PriorityAgentsModule);
    const input = { ledger: ledger.path, ms: 500 };
    const park = async (round: string): Promise<void> => {
      await ask(platform, ['solo', 'normal'], [`running-${round}`], { input });
      await ledger.untilBegun([`running-${round}`]);
      await ask(platform, ['solo', 'high'], [`high-${round}`], { input: { ...input, ms: 1_500 } });
      await ask(platform, ['solo', 'normal'], [`parked-${round}`], { input, attempt_limit: 1 });
      await ledger.untilBegun([`high-${round}`]);
    };
    await park('one');
    await commander.done('pauseAgent', { agent: 'solo' });
    await untilSucceeded(platform, ['high-one']);
    await vi.waitFor(async () => {
      const attempts = `SELECT request_id, a.attempt, reason FROM agent_run_attempts a JOIN agent_runs r ON r.id = a.run_id`;
      expect(await rows(attempts)).toEqual([{ request_id: 'parked-one', attempt: 1, reason: 'drain' }]);
    });
    expect(await ledger.begun('parked-one')).toEqual([]);
    await commander.done('resumeAgent', { agent: 'solo' });
    await untilSucceeded(platform, ['parked-one']);

    await park('two');
    await first.close();
    expect(await ledger.begun('parked-two')).toEqual([]);
    await platform.startExecutor({}, PriorityAgentsModule);
    await untilSucceeded(platform, ['high-two', 'parked-two'], 25_000);
    await expectOneAtATime();
  }, 60_000);

  it('charges nothing for a run that was overtaken when its executor is killed', async () => {
    const executor = platform.spawn(EXECUTOR);
    await executor.printed('ready');
    const input = { ledger: ledger.path, ms: 300 };
    await ask(platform, ['solo', 'normal'], ['running'], { input });
    await ledger.untilBegun(['running']);
    await ask(platform, ['solo', 'high'], ['high'], { input: { ...input, ms: 2_000 } });
    await ask(platform, ['solo', 'normal'], ['overtaken'], { input, attempt_limit: 1 });
    await ledger.untilBegun(['high']);
    await vi.waitFor(
      async () => {
        const found = await rows("SELECT 1 FROM agent_runs WHERE request_id = 'overtaken' AND attempt = 1");
        expect(found).toHaveLength(1);
      },
      { timeout: 5_000, interval: 20 },
    );
    await executor.kill();
    await platform.startExecutor({}, PriorityAgentsModule);
    await untilSucceeded(platform, ['running', 'high', 'overtaken'], 40_000);
    expect(await ledger.begun('overtaken')).toHaveLength(1);
  }, 60_000);

  it('ends a run that was overtaken as soon as it is cancelled, and keeps its place for the other', async () => {
    await platform.startApi();
    const commander = new Commander(platform);
    await platform.startExecutor({}, PriorityAgentsModule);
    const input = { ledger: ledger.path, ms: 300 };
    await ask(platform, ['solo', 'normal'], ['running'], { input });
    await ledger.untilBegun(['running']);
    await ask(platform, ['solo', 'high'], ['high'], { input: { ...input, ms: 2_000 } });
    await ask(platform, ['solo', 'normal'], ['cancelled', 'last'], { input });
    await ledger.untilBegun(['high']);
    const answer = await commander.done<{ status: string }>('cancelRun', { request_id: 'cancelled' });
    expect(answer.status).toBe('cancelled');
    expect(await ledger.lines()).not.toContainEqual(
      expect.objectContaining({ what: 'end', requestId: 'high' }),
    );
    await untilSucceeded(platform, ['running', 'high', 'last']);
    expect(await ledger.begun('cancelled')).toEqual([]);
    await expectOneAtATime();
  }, 30_000);
});
