import { Controller } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { BatchContext, ConsumeBatch, DEAD_LETTER_HEADERS, type JetStreamMessage } from '#jetstream';
import { Broker } from './support/broker.js';
import { JetStreamApp } from './support/jetstream-app.js';

const STREAM = `BATCHES_${process.pid}_${Date.now()}`;
const DEAD = `${STREAM}_DEAD`;
type Handle = (messages: readonly JetStreamMessage[], context: BatchContext) => Promise<void>;

/** What the controller does is up to each spec. */
const behaviour: { handle: Handle } = { handle: () => Promise.resolve() };

@Controller()
class BatchController {
  @ConsumeBatch({
    stream: STREAM,
    durable: 'batches',
    maxMessages: 100,
    deadLetterSubject: `${DEAD}.batches`,
    ackWaitMs: 1_500,
    lanes: 2,
  })
  async store(messages: readonly JetStreamMessage[], context: BatchContext): Promise<void> {
    await behaviour.handle(messages, context);
  }
}

describe('a handler of batches, declared on a controller', () => {
  let broker: Broker;
  let app: JetStreamApp;

  beforeAll(async () => {
    broker = await Broker.open(inject('natsUrl'));
  });

  beforeEach(async () => {
    await broker.addStream({ name: STREAM, subjects: [`${STREAM}.>`] });
    await broker.addStream({ name: DEAD, subjects: [`${DEAD}.>`] });
    await broker.addConsumer(STREAM, 'batches', { ackWaitMs: 1_500 });
  });

  afterEach(async () => {
    await app.close();
    await broker.manager.streams.delete(STREAM);
    await broker.manager.streams.delete(DEAD);
  });

  afterAll(async () => {
    await broker.close();
  });

  async function start(handle: Handle): Promise<void> {
    behaviour.handle = handle;
    app = await JetStreamApp.start(broker.url, () => undefined, [BatchController]);
  }

  async function isSettled(): Promise<void> {
    await vi.waitFor(
      async () => {
        const info = await broker.consumer(STREAM, 'batches');
        expect([info.num_ack_pending, info.num_pending]).toEqual([0, 0]);
      },
      { timeout: 10_000 },
    );
  }

  it('acks them together after it resolves', async () => {
    await broker.publish(`${STREAM}.a`, 50);
    const stored = Promise.withResolvers<void>();
    let handled = 0;
    await start(async (messages) => {
      handled += messages.length;
      await stored.promise;
    });
    await vi.waitFor(async () => {
      expect((await broker.consumer(STREAM, 'batches')).num_ack_pending).toBe(50);
    });
    expect((await broker.consumer(STREAM, 'batches')).ack_floor.stream_seq).toBe(0);
    stored.resolve();
    await isSettled();
    expect(handled).toBe(50);
  });

  it('is called again with the same messages when it throws, and nothing is acked meanwhile', async () => {
    await broker.publish(`${STREAM}.a`, 1);
    const calls: string[][] = [];
    const acked: number[] = [];
    await start(async (messages) => {
      calls.push(messages.map(({ sequence, deliveryCount }) => `${sequence}/${deliveryCount}`));
      acked.push((await broker.consumer(STREAM, 'batches')).ack_floor.stream_seq);
      if (calls.length < 4) {
        throw new Error('the database is away');
      }
    });
    // The tries take longer than the ack wait: the leases are renewed.
    await vi.waitFor(() => expect(calls.length).toBe(4), { timeout: 5_000 });
    await isSettled();
    expect(calls).toEqual([['1/1'], ['1/1'], ['1/1'], ['1/1']]);
    expect(acked).toEqual([0, 0, 0, 0]);
    expect(await broker.messages(DEAD)).toEqual([]);
  });

  it('rejects one message and acks its neighbours', async () => {
    await broker.publish(`${STREAM}.a`, 5);
    await start((messages, context) => {
      for (const message of messages.filter(({ sequence }) => sequence === 3)) {
        context.reject(message, 'not understood');
      }
      return Promise.resolve();
    });
    await isSettled();
    const letters = await broker.messages(DEAD);
    expect(letters.map((letter) => letter.string())).toEqual(['2']);
    expect(letters[0]!.header.get(DEAD_LETTER_HEADERS.sequence)).toBe('3');
    expect(letters[0]!.header.get(DEAD_LETTER_HEADERS.reason)).toBe('not understood');
    expect((await broker.consumer(STREAM, 'batches')).delivered.consumer_seq).toBe(5);
  });

  it('gets small batches at once while it is quiet, and large ones under load', async () => {
    const sizes: number[] = [];
    const waits: number[] = [];
    await start(async (messages) => {
      sizes.push(messages.length);
      waits.push(Date.now() - messages[0]!.storedAtMs);
      await new Promise((resolve) => setTimeout(resolve, 10));
    });
    await vi.waitFor(async () => expect((await broker.consumer(STREAM, 'batches')).num_waiting).toBe(1));
    for (let count = 1; count <= 3; count += 1) {
      await broker.publish(`${STREAM}.a`, 1);
      await vi.waitFor(() => expect(sizes.length).toBe(count));
      await isSettled();
    }
    expect(sizes).toEqual([1, 1, 1]);
    expect(Math.min(...waits)).toBeLessThan(50);
    await broker.publish(`${STREAM}.a`, 2_000);
    await isSettled();
    expect(sizes.reduce((sum, size) => sum + size)).toBe(2_003);
    expect(Math.max(...sizes)).toBe(50); // half of what may be in hand: there are two lanes
  });

  it('gets another batch while it is busy with one when much waits, and none when little does', async () => {
    const calls: { readonly sequences: number[]; readonly done: () => void }[] = [];
    await start(async (messages) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      calls.push({ sequences: messages.map(({ sequence }) => sequence), done: resolve });
      await promise;
    });
    await broker.publish(`${STREAM}.a`, 1);
    await vi.waitFor(() => expect(calls.length).toBe(1));
    await broker.publish(`${STREAM}.a`, 49);
    await vi.waitFor(async () => {
      expect((await broker.consumer(STREAM, 'batches')).num_ack_pending).toBe(50);
    });
    expect(calls.length).toBe(1);

    await broker.publish(`${STREAM}.a`, 1);
    await vi.waitFor(() => expect(calls.length).toBe(2));
    expect(calls[1]!.sequences).toHaveLength(50);
    await broker.publish(`${STREAM}.a`, 60);
    await vi.waitFor(async () => {
      expect((await broker.consumer(STREAM, 'batches')).num_ack_pending).toBe(111);
    });
    expect(calls.length).toBe(2); // no third lane

    calls[1]!.done();
    await vi.waitFor(() => expect(calls.length).toBe(3));
    calls[0]!.done();
    calls[2]!.done();
    await vi.waitFor(() => expect(calls.length).toBe(4));
    calls[3]!.done();
    await isSettled();
    expect(calls.flatMap(({ sequences }) => sequences).toSorted((one, other) => one - other)).toEqual(
      Array.from({ length: 111 }, (_, index) => index + 1),
    );
  });

  it('is closed while one lane is busy and the other waits', async () => {
    const release = Promise.withResolvers<void>();
    let calls = 0;
    await start(async () => {
      calls += 1;
      await release.promise;
    });
    await broker.publish(`${STREAM}.a`, 1);
    await vi.waitFor(() => expect(calls).toBe(1));
    const closed = app.close();
    release.resolve();
    await closed;
    expect((await broker.consumer(STREAM, 'batches')).num_ack_pending).toBe(0);
  });

  it('hands back what it can not handle when it is closed', async () => {
    await broker.publish(`${STREAM}.a`, 3);
    let aborted = 0;
    await start(async (_messages, { signal }) => {
      await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
      aborted += 1;
      throw new Error('closing');
    });
    await vi.waitFor(async () => {
      expect((await broker.consumer(STREAM, 'batches')).num_ack_pending).toBe(3);
    });
    await app.close();
    expect(aborted).toBe(1);
    const redelivered: number[] = [];
    await start((messages) => {
      redelivered.push(...messages.map(({ deliveryCount }) => deliveryCount));
      return Promise.resolve();
    });
    await vi.waitFor(() => expect(redelivered).toEqual([2, 2, 2]), { timeout: 1_000 });
  });
});
