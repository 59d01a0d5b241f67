import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { type JetStreamMessage, type JetStreamServer, SlotPool } from '#jetstream';
import { Broker } from './support/broker.js';
import { JetStreamApp } from './support/jetstream-app.js';

type Handle = (message: JetStreamMessage) => Promise<void>;

/** Handlers that end when the spec says so. */
function gate(): { handle: Handle; running: () => number; most: () => number; open: () => void } {
  const opened = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const handle = async (): Promise<void> => {
    running += 1;
    most = Math.max(most, running);
    await opened.promise;
    running -= 1;
  };
  return { handle, running: () => running, most: () => most, open: () => opened.resolve() };
}

describe('a consumer of single messages', () => {
  let broker: Broker;
  let stream: string;
  const apps: JetStreamApp[] = [];

  beforeAll(async () => {
    broker = await Broker.open(inject('natsUrl'));
  });

  beforeEach(async () => {
    stream = await broker.addStream();
  });

  afterEach(async () => {
    await Promise.all(apps.splice(0).map((app) => app.close()));
    await broker.manager.streams.delete(stream);
  });

  afterAll(async () => {
    await broker.close();
  });

  async function start(configure: (server: JetStreamServer) => void): Promise<JetStreamApp> {
    const app = await JetStreamApp.start(broker.url, configure);
    apps.push(app);
    return app;
  }

  function binding(durable: string, slots: SlotPool, concurrency = 1_000, ackWaitMs = 15_000) {
    return {
      mode: 'each' as const,
      stream,
      durable,
      deadLetterSubject: `${stream}.dead`,
      slots,
      concurrency,
      ackWaitMs,
    };
  }

  it('takes a slot before it asks for a message', async () => {
    await broker.addConsumer(stream, 'two');
    await broker.publish(`${stream}.a`, 10);
    const { handle, running, most, open } = gate();
    const slots = new SlotPool(2);
    await start((server) => server.addConsumer(binding('two', slots), handle));
    await vi.waitFor(() => expect(running()).toBe(2));
    const full = await broker.consumer(stream, 'two');
    expect([full.num_ack_pending, full.num_pending, full.num_waiting]).toEqual([2, 8, 0]);
    expect(slots.inUse).toBe(2);
    open();
    await vi.waitFor(async () => {
      expect(await broker.consumer(stream, 'two')).toMatchObject({ num_ack_pending: 0, num_pending: 0 });
    });
    expect(most()).toBe(2);
  });

  it('never runs more of one consumer than its concurrency', async () => {
    await broker.addConsumer(stream, 'three');
    await broker.publish(`${stream}.a`, 10);
    const { handle, running, most, open } = gate();
    await start((server) => server.addConsumer(binding('three', new SlotPool(100), 3), handle));
    await vi.waitFor(() => expect(running()).toBe(3));
    expect((await broker.consumer(stream, 'three')).num_ack_pending).toBe(3);
    open();
    await vi.waitFor(async () => {
      expect(await broker.consumer(stream, 'three')).toMatchObject({ num_ack_pending: 0, num_pending: 0 });
    });
    expect(most()).toBe(3);
  });

  it('lets the consumers of one pool have their turn, be their backlog deep or their messages rare', async () => {
    const names = ['deep', 'rare1', 'rare2', 'rare3', 'rare4'];
    await Promise.all(
      names.map((name) => broker.addConsumer(stream, name, { filter_subject: `${stream}.${name}` })),
    );
    await broker.publish(`${stream}.deep`, 400);
    const slots = new SlotPool(2);
    let deep = 0;
    const waits: number[] = [];
    await start((server) => {
      server.addConsumer(binding('deep', slots), async () => {
        await new Promise((resolve) => setTimeout(resolve, 5));
        deep += 1;
      });
      for (const rare of names.slice(1)) {
        server.addConsumer(binding(rare, slots), (message) => {
          waits.push(Date.now() - message.storedAtMs);
          return Promise.resolve();
        });
      }
    });
    await vi.waitFor(() => expect(deep).toBeGreaterThan(20));
    for (const rare of names.slice(1)) {
      const before = waits.length;
      await broker.publish(`${stream}.${rare}`, 1);
      await vi.waitFor(() => expect(waits.length).toBe(before + 1));
    }
    expect(Math.max(...waits)).toBeLessThan(1_000);
    await vi.waitFor(() => expect(deep).toBe(400), { timeout: 10_000 });
  });

  it('gives the slot of an idle consumer to a busy one', async () => {
    await broker.addConsumer(stream, 'idle', { filter_subject: `${stream}.idle` });
    await broker.addConsumer(stream, 'busy', { filter_subject: `${stream}.busy` });
    const slots = new SlotPool(1);
    const waits: number[] = [];
    const handle: Handle = (message) => {
      waits.push(Date.now() - message.storedAtMs);
      return Promise.resolve();
    };
    await start((server) => {
      server.addConsumer(binding('idle', slots), handle);
      server.addConsumer(binding('busy', slots), handle);
    });
    await broker.publish(`${stream}.busy`, 50);
    await vi.waitFor(() => expect(waits.length).toBe(50));
    expect(Math.max(...waits)).toBeLessThan(1_000);
  });

  it('handles what comes after a quiet time at once', async () => {
    await broker.addConsumer(stream, 'quiet');
    const waits: number[] = [];
    await start((server) =>
      server.addConsumer(binding('quiet', new SlotPool(500), 500), (message) => {
        waits.push(Date.now() - message.storedAtMs);
        return Promise.resolve();
      }),
    );
    await vi.waitFor(async () => expect((await broker.consumer(stream, 'quiet')).num_waiting).toBe(1));
    await broker.publish(`${stream}.a`, 1);
    await vi.waitFor(() => expect(waits.length).toBe(1));
    expect(waits[0]).toBeLessThan(50);
    const startedAtMs = Date.now();
    await broker.publish(`${stream}.a`, 2_000);
    await vi.waitFor(() => expect(waits.length).toBe(2_001));
    expect(Date.now() - startedAtMs).toBeLessThan(3_000);
  });

  it('keeps a message that is worked on for longer than the ack wait', async () => {
    await broker.addConsumer(stream, 'slow', { ackWaitMs: 600 });
    await broker.publish(`${stream}.a`, 1);
    let calls = 0;
    await start((server) =>
      server.addConsumer(binding('slow', new SlotPool(4), 4, 600), async () => {
        calls += 1;
        await new Promise((resolve) => setTimeout(resolve, 1_500));
      }),
    );
    await vi.waitFor(
      async () => {
        expect(await broker.consumer(stream, 'slow')).toMatchObject({ num_ack_pending: 0, num_pending: 0 });
        expect(calls).toBeGreaterThan(0);
      },
      { timeout: 5_000 },
    );
    expect(calls).toBe(1);
    expect((await broker.consumer(stream, 'slow')).delivered.consumer_seq).toBe(1);
  });
});
