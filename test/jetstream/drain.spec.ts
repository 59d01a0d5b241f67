import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { type JetStreamMessage, type JetStreamServer, SlotPool } from '#jetstream';
import { Broker } from './support/broker.js';
import { JetStreamApp } from './support/jetstream-app.js';

const COUNT = 2_000;

describe('closing', () => {
  let broker: Broker;
  let stream: string;

  beforeAll(async () => {
    broker = await Broker.open(inject('natsUrl'));
    stream = await broker.addStream();
  });

  afterAll(async () => {
    await broker.manager.streams.delete(stream);
    await broker.close();
  });

  function start(durable: string, handle: (message: JetStreamMessage) => Promise<void>, slots = 20) {
    return JetStreamApp.start(broker.url, (server: JetStreamServer) => {
      server.addConsumer(
        {
          mode: 'each',
          stream,
          durable,
          deadLetterSubject: `${stream}.dead`,
          slots: new SlotPool(slots),
          concurrency: slots,
        },
        handle,
      );
    });
  }

  it('waits for the handlers that run and settles their messages', async () => {
    await broker.addConsumer(stream, 'waiting', { filter_subject: `${stream}.waiting` });
    await broker.publish(`${stream}.waiting`, 3);
    const opened = Promise.withResolvers<void>();
    let running = 0;
    let ended = 0;
    const app = await start(
      'waiting',
      async () => {
        running += 1;
        await opened.promise;
        ended += 1;
      },
      2,
    );
    await vi.waitFor(() => expect(running).toBe(2));
    const closing = app.close();
    expect(app.server.closing.aborted).toBe(true);
    opened.resolve();
    await closing;
    expect([running, ended]).toEqual([2, 2]);
    const info = await broker.consumer(stream, 'waiting');
    expect([info.num_ack_pending, info.num_pending]).toEqual([0, 1]);
  });

  it('may be asked for twice', async () => {
    await broker.addConsumer(stream, 'twice', { filter_subject: `${stream}.twice` });
    const app = await start('twice', () => Promise.resolve());
    await Promise.all([app.server.close(), app.server.close()]);
    await app.close();
    expect((await broker.consumer(stream, 'twice')).num_waiting).toBe(0);
  });

  it('neither loses nor repeats a message when others take over', { timeout: 60_000 }, async () => {
    await broker.addConsumer(stream, 'rolling', { filter_subject: `${stream}.rolling`, ackWaitMs: 4_000 });
    const seen: number[] = [];
    const handle = async (message: JetStreamMessage): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      seen.push(message.sequence);
    };
    let apps = [await start('rolling', handle), await start('rolling', handle)];
    const publishing = (async () => {
      for (let sent = 0; sent < COUNT; sent += 50) {
        await broker.publish(`${stream}.rolling`, 50, sent);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    })();
    for (let restart = 1; restart <= 8; restart += 1) {
      await vi.waitFor(() => expect(seen.length).toBeGreaterThan((COUNT / 10) * restart), {
        timeout: 20_000,
        interval: 5,
      });
      const [leaving, staying] = apps;
      const [taking] = await Promise.all([start('rolling', handle), leaving!.close()]);
      apps = [staying!, taking];
    }
    await publishing;
    await vi.waitFor(
      async () => {
        const info = await broker.consumer(stream, 'rolling');
        expect([info.num_ack_pending, info.num_pending]).toEqual([0, 0]);
      },
      { timeout: 20_000 },
    );
    await Promise.all(apps.map((app) => app.close()));
    expect(new Set(seen).size).toBe(COUNT);
    expect(seen.length).toBe(COUNT);
  });
});
