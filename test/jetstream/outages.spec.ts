import type { MessageHandler } from '@nestjs/microservices';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  BrokerUnavailableException,
  JetStreamConnection,
  type JetStreamMessage,
  Publisher,
  SlotPool,
  type JetStreamServer,
} from '#jetstream';
import { StorageType } from '@nats-io/jetstream';
import { PrivateServers } from '../support/private-servers.js';
import { Broker } from './support/broker.js';
import { JetStreamApp } from './support/jetstream-app.js';

describe('while the broker is away', () => {
  let servers: PrivateServers;
  let broker: Broker;
  let stream: string;
  let app: JetStreamApp | undefined;

  beforeEach(async () => {
    servers = await PrivateServers.start({ nats: true });
    broker = await Broker.open(servers.nats.url);
    stream = await broker.addStream({ storage: StorageType.File });
    await broker.addConsumer(stream, 'each', { filter_subject: `${stream}.each` });
    await broker.addConsumer(stream, 'batch', { filter_subject: `${stream}.batch` });
  });

  afterEach(async () => {
    servers.nats.resume();
    await app?.close();
    app = undefined;
    await broker.close();
    await servers.stop();
  });

  /** Bodies in the order in which they were handled, of both kinds of consumers. */
  function consume(server: JetStreamServer, seen: string[]): void {
    const common = { stream, deadLetterSubject: `${stream}.dead` };
    server.addConsumer(
      { ...common, mode: 'each', durable: 'each', slots: new SlotPool(10), concurrency: 10 },
      async (message) => {
        seen.push(`each ${new TextDecoder().decode(message.data)}`);
        await Promise.resolve();
      },
    );
    const handleBatch = async (messages: readonly JetStreamMessage[]): Promise<void> => {
      seen.push(...messages.map(({ data }) => `batch ${new TextDecoder().decode(data)}`));
      await Promise.resolve();
    };
    const binding = { ...common, mode: 'batch', durable: 'batch', maxMessages: 100 };
    server.addHandler('batch', handleBatch as MessageHandler, true, binding);
  }

  it('goes on by itself after kill -9 and a restart on the same store', async () => {
    const seen: string[] = [];
    app = await JetStreamApp.start(broker.url, (server) => consume(server, seen));
    const { server } = app;
    const publisher = app.get(Publisher);
    await publisher.publish(`${stream}.each`, '1');
    await vi.waitFor(() => expect(seen).toEqual(['each 1']));
    await servers.nats.kill();
    const goneAtMs = Date.now();
    await expect(publisher.publish(`${stream}.each`, 'lost')).rejects.toThrow(BrokerUnavailableException);
    expect(Date.now() - goneAtMs).toBeLessThan(500);
    expect(app.get(JetStreamConnection).isConnected).toBe(false);
    expect(() => server.assertHealthy()).toThrow('NATS is not connected');
    await servers.nats.restart();
    const backAtMs = Date.now();
    await vi.waitFor(() => publisher.publish(`${stream}.each`, '2'), { timeout: 5_000 });
    await publisher.publish(`${stream}.batch`, '3');
    await vi.waitFor(() => expect(seen).toEqual(expect.arrayContaining(['each 2', 'batch 3'])), {
      timeout: 5_000,
    });
    expect(Date.now() - backAtMs).toBeLessThan(5_000);
    expect(() => server.assertHealthy()).not.toThrow();
  });

  it('fails a publish that is under way when the broker dies', async () => {
    app = await JetStreamApp.create(broker.url);
    await app.init();
    await app.get(JetStreamConnection).connected();
    servers.nats.pause();
    const outcome = app
      .get(Publisher)
      .publish(`${stream}.each`, '1')
      .catch((error: unknown) => error);
    const killedAtMs = Date.now();
    await servers.nats.kill();
    expect(await outcome).toBeInstanceOf(BrokerUnavailableException);
    expect(Date.now() - killedAtMs).toBeLessThan(1_000);
    await servers.nats.restart();
  });

  it('waits for a broker that is away at the start', async () => {
    await servers.nats.kill();
    app = await JetStreamApp.create(broker.url);
    const seen: string[] = [];
    const prepared: string[] = [];
    consume(app.server, seen);
    app.server.prepare(async () => {
      await app!.get(Publisher).publish(`${stream}.each`, '1');
      prepared.push('published');
    });
    const listening = app.listen();
    await vi.waitFor(() => expect(app!.logger.warnings.join()).toContain('NATS can not be reached yet'));
    expect(() => app!.server.assertHealthy()).toThrow('NATS is not connected');
    await expect(app.get(Publisher).publish(`${stream}.each`, 'lost')).rejects.toThrow(
      BrokerUnavailableException,
    );
    await servers.nats.restart();
    await listening;
    expect(prepared).toEqual(['published']);
    await vi.waitFor(() => expect(seen).toEqual(['each 1']));
    expect(() => app!.server.assertHealthy()).not.toThrow();
  });

  it('notices a broker that hangs, and goes on when it answers again', async () => {
    const seen: string[] = [];
    app = await JetStreamApp.start(broker.url, (server) => consume(server, seen));
    const { server } = app;
    await vi.waitFor(async () => expect((await broker.consumer(stream, 'each')).num_waiting).toBe(1));
    servers.nats.pause();
    await vi.waitFor(() => expect(() => server.assertHealthy()).toThrow(/NATS/), {
      timeout: 10_000,
      interval: 200,
    });
    expect(app.logger.warnings.join()).toContain('The consumer is silent, pulling anew');
    await vi.waitFor(() => expect(app!.get(JetStreamConnection).isConnected).toBe(false), { timeout: 5_000 });
    expect(app.logger.warnings.join()).toContain('The broker is silent, connecting anew');
    servers.nats.resume();
    await vi.waitFor(() => app!.get(Publisher).publish(`${stream}.each`, '1'), {
      timeout: 10_000,
      interval: 100,
    });
    await vi.waitFor(() => expect(seen).toContain('each 1'), { timeout: 5_000 });
    await vi.waitFor(() => expect(() => server.assertHealthy()).not.toThrow());
  });

  it('closes within seconds while the broker hangs', async () => {
    app = await JetStreamApp.start(broker.url, (server) => consume(server, []));
    servers.nats.pause();
    const startedAtMs = Date.now();
    await app.close();
    app = undefined;
    expect(Date.now() - startedAtMs).toBeLessThan(5_000);
  });

  it('finds a consumer that is deleted unhealthy, and serves it again when it is made anew', async () => {
    const seen: string[] = [];
    app = await JetStreamApp.start(broker.url, (server) => consume(server, seen));
    const { server } = app;
    await vi.waitFor(async () => expect((await broker.consumer(stream, 'each')).num_waiting).toBe(1));
    await broker.manager.consumers.delete(stream, 'each');
    await vi.waitFor(() => expect(() => server.assertHealthy()).toThrow('NATS does not answer a consumer'), {
      timeout: 8_000,
    });
    expect(app.logger.warnings.join()).toContain('The broker refused a pull, trying again');
    // The connection serves others: it is kept.
    expect(app.logger.warnings.join()).not.toContain('NATS disconnected');
    await broker.addConsumer(stream, 'each', { filter_subject: `${stream}.each` });
    await broker.publish(`${stream}.each`, 1, 7);
    await vi.waitFor(() => expect(seen).toEqual(['each 7']), { timeout: 5_000 });
    expect(() => server.assertHealthy()).not.toThrow();
  });
});
