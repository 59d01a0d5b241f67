import { DiscardPolicy } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import {
  BrokerUnavailableException,
  JetStreamConnection,
  Publisher,
  PublishRefusedException,
  StreamFullException,
  StreamReader,
  WrongLastSequenceException,
} from '#jetstream';
import { Broker } from './support/broker.js';
import { JetStreamApp } from './support/jetstream-app.js';

describe('Publisher', () => {
  let broker: Broker;
  let app: JetStreamApp;
  let publisher: Publisher;
  let stream: string;

  beforeAll(async () => {
    broker = await Broker.open(inject('natsUrl'));
    stream = await broker.addStream();
    app = await JetStreamApp.create(broker.url);
    await app.init();
    await app.get(JetStreamConnection).connected();
    publisher = app.get(Publisher);
  });

  afterAll(async () => {
    await app.close();
    await broker.manager.streams.delete(stream);
    await broker.close();
  });

  it('returns where the message is stored', async () => {
    const first = await publisher.publish(`${stream}.place`, 'one');
    expect(first).toEqual({ stream, seq: expect.any(Number) as number, duplicate: false });
    const second = await publisher.publish(`${stream}.place`, new Uint8Array([1, 2]));
    expect(second.seq).toBe(first.seq + 1);
  });

  it('stores one message per id and says so', async () => {
    const first = await publisher.publish(`${stream}.once`, 'a', { messageId: 'id-1' });
    const second = await publisher.publish(`${stream}.once`, 'a', { messageId: 'id-1' });
    expect(second).toEqual({ stream, seq: first.seq, duplicate: true });
  });

  it('keeps the caller’s headers', async () => {
    const own = headers();
    own.set('Origin', 'spec');
    await publisher.publish(`${stream}.headers`, 'a', { messageId: 'id-2', headers: own });
    const stored = await app.get(StreamReader).last(stream, `${stream}.headers`);
    expect(stored?.header.get('Origin')).toBe('spec');
    expect(stored?.header.get('Nats-Msg-Id')).toBe('id-2');
  });

  it('refuses to publish after another message of the subject', async () => {
    const subject = `${stream}.claim`;
    const { seq } = await publisher.publish(subject, 'a', { expectedLastSubjectSequence: 0 });
    const late = publisher.publish(subject, 'b', { expectedLastSubjectSequence: 0 });
    await expect(late).rejects.toThrow(WrongLastSequenceException);
    await publisher.publish(subject, 'c', { expectedLastSubjectSequence: seq });
    expect((await app.get(StreamReader).last(stream, subject))?.string()).toBe('c');
  });

  it('finds no last message where there is none', async () => {
    expect(await app.get(StreamReader).last(stream, `${stream}.nothing`)).toBeUndefined();
  });

  it('tells a full stream from a broken one', async () => {
    const full = await broker.addStream({ max_msgs: 1, discard: DiscardPolicy.New });
    await publisher.publish(`${full}.a`, 'a');
    await expect(publisher.publish(`${full}.a`, 'b')).rejects.toThrow(StreamFullException);
    await broker.manager.streams.delete(full);
  });

  it('refuses a message that is larger than the broker takes, and says how large it may be', async () => {
    const publishing = publisher.publish(`${stream}.large`, new Uint8Array(2 * 1024 * 1024 + 1));
    await expect(publishing).rejects.toThrow(PublishRefusedException);
    await expect(publishing).rejects.toThrow(/max_payload.*2097152 bytes/);
    const limited = await broker.addStream({ max_msg_size: 10 });
    const refused = publisher.publish(`${limited}.a`, 'more than ten bytes');
    await expect(refused).rejects.toThrow(PublishRefusedException);
    await broker.manager.streams.delete(limited);
  });

  it('refuses a subject that is none', async () => {
    await expect(publisher.publish(`${stream}.two words`, 'a')).rejects.toThrow(PublishRefusedException);
  });

  it('finds the broker unavailable when no stream takes the subject', async () => {
    const startedAtMs = Date.now();
    const publishing = publisher.publish('NO_STREAM.takes.this', 'a');
    await expect(publishing).rejects.toThrow(BrokerUnavailableException);
    await expect(publishing).rejects.toThrow('NO_STREAM.takes.this');
    expect(Date.now() - startedAtMs).toBeLessThan(1_000);
  });

  it('keeps its answers apart when many publish at once', async () => {
    const count = 2_000;
    const acks = await Promise.all(
      Array.from({ length: count }, (_, index) =>
        publisher.publish(`${stream}.many.${index}`, String(index), { messageId: `many-${index}` }),
      ),
    );
    expect(new Set(acks.map(({ seq }) => seq)).size).toBe(count);
    const last = acks[1_234]!;
    const stored = await vi.waitFor(() => broker.manager.streams.getMessage(stream, { seq: last.seq }));
    expect(stored?.subject).toBe(`${stream}.many.1234`);
  });
});
