import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { eventsReadBy } from './events-read-by.js';
import { NotifierBench } from './notifier-bench.js';

const TO = 'ana@example.com';

describe('a backlog of events that nobody wants to hear of', () => {
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

  it.each([
    [1, 4_000],
    [64, 32_000],
  ])(
    'is worked off when there are %i to a message',
    async (perMessage, runs) => {
      const notifier = await bench.startNotifier();
      const [agent, other] = [
        await bench.declare({ name: 'broken', on: 'failure', emails: [TO] }),
        await bench.declare(),
      ];
      await bench.whileNobodyReads(async () => {
        await bench.succeedOften(agent, runs / 2, perMessage);
        await bench.succeedOften(other, runs / 2, perMessage);
      });
      const perSecond = await bench.eventsPerSecond(runs);
      process.stdout.write(`notifier, ${perMessage} to a message: ${perSecond} events/s\n`);
      expect(await eventsReadBy(notifier)).toEqual({ read: runs / 2, skipped: runs / 2 });
      expect(bench.mail.mails).toEqual([]);
    },
    60_000,
  );
});
