import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import type { JetStreamServer } from '#jetstream';
import { Broker } from './support/broker.js';
import { JetStreamApp } from './support/jetstream-app.js';

const DURABLE = 'asked';

describe('a consumer that is asked for messages', () => {
  let broker: Broker;
  let stream: string;
  let server: JetStreamServer;
  let app: JetStreamApp;
  const handled: number[] = [];
  let goOn: Promise<void>;

  beforeAll(async () => {
    broker = await Broker.open(inject('natsUrl'));
  });

  beforeEach(async () => {
    handled.length = 0;
    goOn = Promise.resolve();
    stream = await broker.addStream();
    await broker.addConsumer(stream, DURABLE);
    app = await JetStreamApp.start(broker.url, (found) => {
      server = found;
      const binding = {
        mode: 'demand',
        stream,
        durable: DURABLE,
        deadLetterSubject: `${stream}.dead`,
      } as const;
      found.addConsumer(binding, async ({ sequence }) => {
        handled.push(sequence);
        await goOn;
      });
    });
  });

  afterEach(async () => {
    await app.close();
    await broker.manager.streams.delete(stream);
  });

  afterAll(async () => {
    await broker.close();
  });

  it('takes one for each who asks, and nothing by itself', async () => {
    await broker.publish(`${stream}.a`, 5);
    expect((await broker.consumer(stream, DURABLE)).num_waiting).toBe(0);
    expect(handled).toEqual([]);
    expect(await server.handleOne(DURABLE)).toBe(true);
    expect(handled).toEqual([1]);
    const answers = await Promise.all(Array.from({ length: 6 }, async () => await server.handleOne(DURABLE)));
    expect(answers.filter(Boolean)).toHaveLength(4);
    expect(handled.toSorted((one, other) => one - other)).toEqual([1, 2, 3, 4, 5]);
    await vi.waitFor(async () =>
      expect(await broker.consumer(stream, DURABLE)).toMatchObject({ num_pending: 0, num_ack_pending: 0 }),
    );
  });

  it('says when there is none, also of a name that it does not have', async () => {
    expect(await server.handleOne(DURABLE)).toBe(false);
    expect(await server.handleOne('another')).toBe(false);
  });

  it('ends what it has begun before it stops, and begins nothing then', async () => {
    await broker.publish(`${stream}.a`, 2);
    const { promise, resolve } = Promise.withResolvers<void>();
    goOn = promise;
    const first = server.handleOne(DURABLE);
    await vi.waitFor(() => expect(handled).toEqual([1]));
    const closed = server.close();
    expect(await server.handleOne(DURABLE)).toBe(false);
    resolve();
    expect(await first).toBe(true);
    await closed;
    expect(handled).toEqual([1]);
    expect(await broker.consumer(stream, DURABLE)).toMatchObject({ num_pending: 1, num_ack_pending: 0 });
  });
});
