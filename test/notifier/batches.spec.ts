import { bucketStream, NOTIFICATIONS_BUCKET, NOTIFIER, NOTIFIER_EMAILS, RUN_EVENTS } from '#contracts';
import { nanos } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { eventsReadBy } from './events-read-by.js';
import type { Ending } from './final-event.js';
import { NotifierBench } from './notifier-bench.js';

const TO = 'ana@example.com';
const FAILED: Ending = { error: 'it broke' };
const SUCCEEDED: Ending = { result: null };

function sorted(texts: readonly string[]): string[] {
  return texts.toSorted((one, other) => one.localeCompare(other));
}

describe('many events at a time', () => {
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

  /** `<request_id>.<rule>` of what was sent, in alphabetical order. */
  function told(): string[] {
    return sorted(
      bench.mail.mails.map(({ headers }) =>
        (headers.get('message-id') ?? '').replace(/^<(.*)\.[0-9a-f]{16}@.*$/, '$1'),
      ),
    );
  }

  /** Rules of an agent that is told of in every way. */
  async function declareTalkative(times: number): Promise<string> {
    return await bench.declare(
      { name: 'repeated', on: 'failures_in_a_row', times, emails: [TO] },
      { name: 'well_again', on: 'recovery', emails: [TO] },
    );
  }

  /** What a notifier that was killed had in hand is to come again within the patience of a spec. */
  async function setAckWait(milliseconds: number): Promise<void> {
    const ack_wait = nanos(milliseconds);
    await bench.manager.consumers.update(RUN_EVENTS, NOTIFIER, { ack_wait });
    await bench.manager.consumers.update(bucketStream(NOTIFICATIONS_BUCKET), NOTIFIER_EMAILS, { ack_wait });
  }

  it('takes the events of a pack in their order, each with its own agent', async () => {
    const notifier = await bench.startNotifier();
    const talkative = await declareTalkative(2);
    const quiet = await bench.declare({ name: 'broken', on: 'failure', emails: [TO] });
    const silent = await bench.declare();
    const [, second, recovered, quietFailure] = await bench.pack(
      [talkative, FAILED],
      [talkative, FAILED],
      [talkative, SUCCEEDED],
      [quiet, FAILED],
      [silent, FAILED],
      [talkative, FAILED],
      [quiet, SUCCEEDED],
    );
    const third = await bench.fail(talkative);
    const [, again] = await bench.pack([silent, SUCCEEDED], [talkative, SUCCEEDED]);
    await bench.settled();
    expect(told()).toEqual(
      sorted([
        `${second}.repeated`,
        `${recovered}.well_again`,
        `${quietFailure}.broken`,
        `${third}.repeated`,
        `${again}.well_again`,
      ]),
    );
    expect(await eventsReadBy(notifier)).toEqual({ read: 8, skipped: 2 });
  });

  it('skips what is no event in a pack, and takes its neighbours', async () => {
    const notifier = await bench.startNotifier();
    const agent = await declareTalkative(2);
    const [first] = await bench.pack([agent, FAILED]);
    await bench.publishPack([null, 7, 'text', [], { type: 'failed', agent }, { type: 'succeeded' }]);
    bench.nats.publish('runs.packs.default-1', 'no JSON');
    bench.nats.publish('runs.packs.default-1', '{}');
    const [second] = await bench.pack([agent, FAILED]);
    await bench.settled();
    expect(told()).toEqual([`${second}.repeated`]);
    expect(first).not.toBe(second);
    expect(await eventsReadBy(notifier)).toEqual({ read: 2, skipped: 8 });
    expect(await bench.deadLetters()).toEqual([]);
  });

  it('counts the agents of a batch apart', async () => {
    await bench.startNotifier();
    const agents = [await declareTalkative(3), await declareTalkative(3), await declareTalkative(3)];
    const expected: string[] = [];
    await bench.whileNobodyReads(async () => {
      for (let run = 1; run <= 12; run += 1) {
        for (const agent of agents) {
          const requestId = await (run % 4 === 0 ? bench.succeed(agent) : bench.fail(agent));
          expected.push(
            ...(run % 4 === 3 ? [`${requestId}.repeated`] : []),
            ...(run % 4 === 0 ? [`${requestId}.well_again`] : []),
          );
        }
      }
    });
    await bench.settled();
    expect(told()).toEqual(sorted(expected));
  });

  it('writes no streak for successes that follow successes', async () => {
    const notifier = await bench.startNotifier();
    const agent = await bench.declare({ name: 'broken', on: 'failure', emails: [TO] });
    const key = { last_by_subj: `$KV.NOTIFICATION_STREAKS.${agent}` };
    const stream = 'KV_NOTIFICATION_STREAKS';
    await bench.succeedOften(agent, 300, 10);
    await bench.settled();
    expect(await bench.manager.streams.getMessage(stream, key)).toBeNull();
    await bench.fail(agent);
    await bench.succeed(agent);
    await bench.settled();
    const written = await bench.manager.streams.getMessage(stream, key);
    await bench.succeedOften(agent, 300, 10);
    await bench.settled();
    expect((await bench.manager.streams.getMessage(stream, key))?.seq).toBe(written?.seq);
    expect(await eventsReadBy(notifier)).toEqual({ read: 602 });
    expect(told()).toHaveLength(1);
  });

  it('decides the same when three notifiers read every third message each', async () => {
    const notifiers = await Promise.all([1, 2, 3].map(() => bench.startNotifier()));
    const agents = [await declareTalkative(7), await declareTalkative(5)];
    const expected: string[] = [];
    await bench.whileNobodyReads(async () => {
      for (let run = 1; run <= 40; run += 1) {
        for (const [index, agent] of agents.entries()) {
          const times = 7 - 2 * index;
          const place = run % (times + 1);
          const ending = place === 0 ? SUCCEEDED : FAILED;
          const [requestId] =
            run % 2 === 0 ? await bench.pack([agent, ending]) : [await bench.end(agent, ending)];
          expected.push(
            ...(place === times ? [`${requestId}.repeated`] : []),
            ...(place === 0 ? [`${requestId}.well_again`] : []),
          );
        }
      }
    });
    await bench.settled();
    expect(told()).toEqual(sorted(expected));
    const events = await Promise.all(notifiers.map(async (notifier) => await eventsReadBy(notifier)));
    expect(events.filter(({ read = 0 }) => read > 0).length).toBeGreaterThan(1);
  });

  it.each(['store', 'ack'])(
    'tells each thing once when a notifier is killed before the %s of a batch',
    async (moment) => {
      await setAckWait(1_000);
      const agents = [await declareTalkative(3), await declareTalkative(2)];
      const requestIds = await bench.pack(
        ...Array.from({ length: 8 }, (_, run) =>
          agents.map((agent) => [agent, run % 4 === 3 ? SUCCEEDED : FAILED] as const),
        ).flat(),
      );
      const dying = bench.spawn('test/processes/notifier-killed-before-ack.js', { DIE_BEFORE: moment });
      expect(await dying.ended()).toBe('SIGKILL');
      const more = [await bench.fail(agents[0]!), await bench.fail(agents[0]!), await bench.fail(agents[0]!)];
      await bench.startNotifier({ mailFrom: 'agents@example.com' });
      await bench.settled();
      const third = [4, 12].map((index) => `${requestIds[index]}.repeated`);
      const second = [3, 11].map((index) => `${requestIds[index]}.repeated`);
      const recovered = [6, 7, 14, 15].map((index) => `${requestIds[index]}.well_again`);
      expect(told()).toEqual(sorted([...third, ...second, ...recovered, `${more[2]}.repeated`]));
      await setAckWait(15_000);
    },
    40_000,
  );

  it('goes on without what a notifier that was killed still has in hand', async () => {
    const agent = await declareTalkative(2);
    const killed = bench.spawn('apps/notifier/src/main.js');
    await vi.waitFor(async () => {
      const { num_waiting } = await bench.manager.consumers.info(RUN_EVENTS, NOTIFIER);
      expect(num_waiting).toBe(1);
    }, 10_000);
    await bench.startNotifier();
    await bench.fail(agent);
    await bench.settled();
    killed.signal('SIGSTOP');
    const second = await bench.fail(agent);
    await killed.kill();
    const recovered = await bench.succeed(agent);
    await vi.waitFor(() => expect(told()).toHaveLength(2), 10_000);
    expect(told()).toEqual(sorted([`${second}.repeated`, `${recovered}.well_again`]));
    const { num_ack_pending } = await bench.manager.consumers.info(RUN_EVENTS, NOTIFIER);
    expect(num_ack_pending).toBe(1);
    await bench.settled();
    expect(told()).toHaveLength(2);
  }, 40_000);

  it('goes on over messages that were deleted', async () => {
    await bench.startNotifier();
    const agent = await declareTalkative(3);
    let third = '';
    await bench.whileNobodyReads(async () => {
      await bench.fail(agent);
      await bench.fail(agent);
      const { state } = await bench.manager.streams.info(RUN_EVENTS);
      await bench.succeedOften(agent, 3);
      third = await bench.fail(agent);
      for (const deleted of [1, 2, 3]) {
        await bench.manager.streams.deleteMessage(RUN_EVENTS, state.last_seq + deleted);
      }
    });
    await bench.settled();
    expect(told()).toEqual([`${third}.repeated`]);
  });
});
