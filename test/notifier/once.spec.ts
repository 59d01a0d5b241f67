import { bucketStream, NOTIFICATIONS_BUCKET, NOTIFIER, NOTIFIER_EMAILS, RUN_EVENTS } from '#contracts';
import { BrokerUnavailableException } from '#jetstream';
import { nanos } from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { NotificationRecords } from '../../apps/notifier/src/deliveries/notification-records.js';
import { eventsReadBy } from './events-read-by.js';
import { NotifierBench } from './notifier-bench.js';

const TO = 'ana@example.com';
const OTHER = 'ben@example.com';

function sorted(texts: readonly string[]): string[] {
  return texts.toSorted((one, other) => one.localeCompare(other));
}

describe('nothing is sent twice', () => {
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

  it('also when all events, and all records, are delivered again', async () => {
    const notifier = await bench.startNotifier();
    const agent = await bench.declare(
      { name: 'done', on: 'success', emails: [TO, OTHER], webhook: `${bench.receiver.url}/204` },
      { name: 'repeated', on: 'failures_in_a_row', times: 2, emails: [TO] },
      { name: 'well_again', on: 'recovery', emails: [TO] },
    );
    for (const step of ['succeed', 'fail', 'fail', 'succeed', 'fail'] as const) {
      await bench[step](agent);
    }
    await bench.settled();
    expect(bench.mail.mails).toHaveLength(6);
    expect(bench.receiver.webhooks).toHaveLength(2);
    await bench.replay(RUN_EVENTS, NOTIFIER);
    await bench.settled();
    expect(await eventsReadBy(notifier)).toEqual({ read: 5 });
    const other = await bench.startNotifier();
    await notifier.close();
    await bench.replay(RUN_EVENTS, NOTIFIER);
    await bench.settled();
    // The newest event that changed the streak is read again by whoever has not read it before.
    expect(await eventsReadBy(other)).toEqual({ known: 4, read: 1 });
    await bench.replay(bucketStream(NOTIFICATIONS_BUCKET), NOTIFIER_EMAILS);
    await bench.settled();
    await bench.fail(agent);
    await bench.settled();
    const subjects = bench.mail.mails.map(({ headers }) => headers.get('subject'));
    expect(subjects.filter((subject) => subject === `${agent} has failed 2 times in a row`)).toHaveLength(2);
    expect(bench.mail.mails).toHaveLength(7);
    expect(bench.receiver.webhooks).toHaveLength(2);
  });

  it('also when the broker is lost between the decision and the record of it', async () => {
    const notifier = await bench.startNotifier();
    const agent = await bench.declare({ name: 'repeated', on: 'failures_in_a_row', times: 2, emails: [TO] });
    const records = notifier.get(NotificationRecords);
    const create = records.create.bind(records);
    const created = vi.spyOn(records, 'create').mockImplementation(async (record) => {
      if (created.mock.calls.length === 1) {
        throw new BrokerUnavailableException('lost after the second failure was counted');
      }
      return await create(record);
    });
    await bench.fail(agent);
    const second = await bench.fail(agent);
    await bench.fail(agent);
    await bench.settled();
    expect(created).toHaveBeenCalledTimes(2);
    expect(bench.mail.mails.map(({ headers }) => headers.get('message-id'))).toEqual([
      expect.stringContaining(`<${second}.repeated.`),
    ]);
  });

  it('by three notifiers that share the work, which count together', async () => {
    await Promise.all([1, 2, 3].map(() => bench.startNotifier()));
    const agent = await bench.declare(
      { name: 'done', on: 'success', emails: [TO, OTHER] },
      { name: 'repeated', on: 'failures_in_a_row', times: 7, emails: [TO] },
      { name: 'well_again', on: 'recovery', emails: [TO] },
    );
    const runs = 40;
    const eights = Array.from({ length: runs }, (_, index) => (index + 1) % 8 === 0);
    const requestIds: string[] = [];
    for (const isEighth of eights) {
      requestIds.push(await (isEighth ? bench.succeed(agent) : bench.fail(agent)));
    }
    await bench.settled();
    const expected = requestIds.flatMap((id, index) => {
      const place = (index + 1) % 8;
      return place === 7
        ? [`${id}.repeated`]
        : place === 0
          ? [`${id}.done`, `${id}.done`, `${id}.well_again`]
          : [];
    });
    const told = bench.mail.mails.map(({ headers }) =>
      (headers.get('message-id') ?? '').replace(/^<(.*)\.[0-9a-f]{16}@.*$/, '$1'),
    );
    expect(sorted(told)).toEqual(sorted(expected));
    expect(new Set(bench.mail.mails.map(({ headers }) => headers.get('message-id'))).size).toBe(told.length);
  });

  it('but once more under the same Message-ID when a notifier dies before it can record what it sent', async () => {
    const agent = await bench.declare({ name: 'done', on: 'success', emails: [TO] });
    const stream = bucketStream(NOTIFICATIONS_BUCKET);
    await bench.manager.consumers.update(stream, NOTIFIER_EMAILS, { ack_wait: nanos(1_000) });
    const dying = bench.spawn('test/processes/notifier-killed-before-mark.js');
    await dying.printed('ready');
    await bench.succeed(agent);
    expect(await dying.ended()).toBe('SIGKILL');
    expect(bench.mail.to(TO)).toHaveLength(1);
    await bench.startNotifier({ mailFrom: 'agents@example.com' });
    await bench.settled();
    const [first, second, ...more] = bench.mail.to(TO).map(({ headers }) => headers.get('message-id'));
    expect(second).toBe(first);
    expect(more).toEqual([]);
    await bench.manager.consumers.update(stream, NOTIFIER_EMAILS, { ack_wait: nanos(15_000) });
  });
});
