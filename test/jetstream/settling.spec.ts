import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import {
  DEAD_LETTER_HEADERS,
  type JetStreamMessage,
  LeaseLostException,
  NonRetryableException,
  Publisher,
  RetryableException,
  SlotPool,
} from '#jetstream';
import { Broker } from './support/broker.js';
import { JetStreamApp } from './support/jetstream-app.js';

describe('what a handler throws', () => {
  let broker: Broker;
  let stream: string;
  let deadLetters: string;
  let app: JetStreamApp | undefined;

  beforeAll(async () => {
    broker = await Broker.open(inject('natsUrl'));
  });

  beforeEach(async () => {
    stream = await broker.addStream();
    deadLetters = await broker.addStream();
    await broker.addConsumer(stream, 'handler', { ackWaitMs: 1_500 });
  });

  afterEach(async () => {
    await app?.close();
    await broker.manager.streams.delete(stream);
    await broker.manager.streams.delete(deadLetters);
  });

  afterAll(async () => {
    await broker.close();
  });

  /** Deliveries as they were seen: their counts and times. */
  async function handleWith(handle: (message: JetStreamMessage) => void) {
    const seen: { count: number; atMs: number }[] = [];
    app = await JetStreamApp.create(broker.url);
    app.server.addConsumer(
      {
        mode: 'each',
        stream,
        durable: 'handler',
        deadLetterSubject: `${deadLetters}.handler`,
        slots: new SlotPool(4),
        concurrency: 4,
        ackWaitMs: 1_500,
      },
      async (message) => {
        seen.push({ count: message.deliveryCount, atMs: Date.now() });
        await Promise.resolve();
        handle(message);
      },
    );
    await app.listen();
    return seen;
  }

  async function isSettled(): Promise<void> {
    await vi.waitFor(
      async () => {
        const info = await broker.consumer(stream, 'handler');
        expect([info.num_ack_pending, info.num_pending]).toEqual([0, 0]);
      },
      { timeout: 10_000 },
    );
  }

  it('asks for the message again after the delay of a RetryableException', async () => {
    await broker.publish(`${stream}.a`, 1);
    const seen = await handleWith((message) => {
      if (message.deliveryCount === 1) {
        throw new RetryableException('not yet', 400);
      }
    });
    await vi.waitFor(() => expect(seen.length).toBe(2), { timeout: 5_000 });
    expect(seen[1]!.atMs - seen[0]!.atMs).toBeGreaterThanOrEqual(380);
    expect(seen[1]!.atMs - seen[0]!.atMs).toBeLessThan(1_200);
    await isSettled();
  });

  it('sends the message to the dead letters with a NonRetryableException', async () => {
    app = await JetStreamApp.create(broker.url);
    const publisherApp = await app.init();
    await vi.waitFor(() =>
      publisherApp
        .get(Publisher)
        .publish(`${stream}.a.b`, '{"broken":true', { messageId: randomBytes(4).toString('hex') }),
    );
    await app.close();
    const seen = await handleWith(() => {
      throw new NonRetryableException('not JSON:\nline two');
    });
    await vi.waitFor(async () => expect(await broker.messages(deadLetters)).toHaveLength(1));
    const [letter] = await broker.messages(deadLetters);
    expect(letter!.subject).toBe(`${deadLetters}.handler`);
    expect(letter!.string()).toBe('{"broken":true');
    expect(letter!.header.get(DEAD_LETTER_HEADERS.reason)).toBe('not JSON: line two');
    expect(letter!.header.get(DEAD_LETTER_HEADERS.stream)).toBe(stream);
    expect(letter!.header.get(DEAD_LETTER_HEADERS.sequence)).toBe('1');
    expect(letter!.header.get(DEAD_LETTER_HEADERS.subject)).toBe(`${stream}.a.b`);
    expect(letter!.header.get(DEAD_LETTER_HEADERS.messageId)).toMatch(/^[0-9a-f]{8}$/);
    await isSettled();
    expect(seen).toHaveLength(1);
  });

  it('keeps the reason of a body that is too large for a dead letter', async () => {
    app = await JetStreamApp.create(broker.url);
    await app.init();
    const body = 'x'.repeat(2 * 1024 * 1024 - 100);
    await vi.waitFor(() => app!.get(Publisher).publish(`${stream}.a`, body));
    await app.close();
    await handleWith(() => {
      throw new NonRetryableException('too much');
    });
    await isSettled();
    const [letter] = await broker.messages(deadLetters);
    expect(letter!.data).toHaveLength(0);
    expect(letter!.header.get(DEAD_LETTER_HEADERS.omittedBytes)).toBe(String(body.length));
    expect(letter!.header.get(DEAD_LETTER_HEADERS.reason)).toBe('too much');
  });

  it('keeps a message that the dead letters do not take', async () => {
    await broker.manager.streams.update(deadLetters, { subjects: [`${deadLetters}.other.>`] });
    await broker.publish(`${stream}.a`, 1);
    const seen = await handleWith(() => {
      throw new NonRetryableException('poison');
    });
    await vi.waitFor(() =>
      expect(app!.logger.warnings.join()).toContain('A dead letter could not be stored'),
    );
    expect((await broker.consumer(stream, 'handler')).num_ack_pending).toBe(1);
    await broker.manager.streams.update(deadLetters, { subjects: [`${deadLetters}.>`] });
    await isSettled();
    expect(seen).toHaveLength(2);
    expect(await broker.messages(deadLetters)).toHaveLength(1);
  });

  it('asks for the message again some seconds after an unknown error', async () => {
    await broker.publish(`${stream}.a`, 1);
    const seen = await handleWith((message) => {
      if (message.deliveryCount === 1) {
        throw new Error('a bug');
      }
    });
    await vi.waitFor(() => expect(seen.length).toBe(2), { timeout: 10_000 });
    expect(seen[1]!.atMs - seen[0]!.atMs).toBeGreaterThanOrEqual(4_900);
    await isSettled();
    expect(await broker.messages(deadLetters)).toEqual([]);
  });

  it('leaves the message alone after a LeaseLostException: only the ack wait brings it back', async () => {
    await broker.publish(`${stream}.a`, 1);
    const seen = await handleWith((message) => {
      if (message.deliveryCount === 1) {
        throw new LeaseLostException('another executor has it');
      }
    });
    await vi.waitFor(() => expect(seen.length).toBe(1));
    expect((await broker.consumer(stream, 'handler')).num_ack_pending).toBe(1);
    await vi.waitFor(() => expect(seen.length).toBe(2), { timeout: 5_000 });
    expect(seen[1]!.atMs - seen[0]!.atMs).toBeGreaterThanOrEqual(1_400);
    await isSettled();
  });
});
