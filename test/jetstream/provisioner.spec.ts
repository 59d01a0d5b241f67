import { AckPolicy, DiscardPolicy, RetentionPolicy, StorageType } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { nanos } from '@nats-io/transport-node';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest';
import {
  type ConsumerDefinition,
  JetStreamConnection,
  Provisioner,
  SettingsDriftException,
  type StreamDefinition,
} from '#jetstream';
import { Broker } from './support/broker.js';
import { JetStreamApp } from './support/jetstream-app.js';

async function driftOf(work: Promise<unknown>): Promise<SettingsDriftException> {
  const error: unknown = await work.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(SettingsDriftException);
  return error as SettingsDriftException;
}

describe('Provisioner', () => {
  let broker: Broker;
  let app: JetStreamApp;
  let provisioner: Provisioner;
  let stream: StreamDefinition;

  const consumer: ConsumerDefinition = {
    durable_name: 'worker',
    ack_policy: AckPolicy.Explicit,
    ack_wait: nanos(15_000),
    max_deliver: -1,
    max_ack_pending: 4,
  };

  beforeAll(async () => {
    broker = await Broker.open(inject('natsUrl'));
    app = await JetStreamApp.create(broker.url);
    await app.init();
    await app.get(JetStreamConnection).connected();
    provisioner = app.get(Provisioner);
  });

  beforeEach(() => {
    const name = `PROVISIONED_${randomBytes(6).toString('hex')}`;
    stream = {
      name,
      subjects: [`${name}.>`],
      storage: StorageType.File,
      retention: RetentionPolicy.Limits,
      discard: DiscardPolicy.New,
      max_bytes: 1_000_000,
      max_age: nanos(60_000),
      duplicate_window: nanos(30_000),
    };
  });

  afterAll(async () => {
    await app.close();
    await broker.close();
  });

  it('creates a stream once and verifies it from then on', async () => {
    await provisioner.ensureStream(stream);
    const { created } = await broker.manager.streams.info(stream.name);
    await provisioner.ensureStream(stream);
    const found = await broker.manager.streams.info(stream.name);
    expect(found.created).toBe(created);
    expect(found.config).toMatchObject(stream);
  });

  it('refuses other settings, names each of them and changes nothing', async () => {
    await provisioner.ensureStream(stream);
    const wanted = { ...stream, max_bytes: 2_000_000, max_age: nanos(1_000) };
    const drift = await driftOf(provisioner.ensureStream(wanted));
    expect(drift.differences).toEqual([
      'max_bytes: wanted 2000000, found 1000000',
      'max_age: wanted 1000000000, found 60000000000',
    ]);
    expect(drift.message).toContain(`Stream ${stream.name}`);
    expect((await broker.manager.streams.info(stream.name)).config).toMatchObject(stream);
  });

  it('takes a field that the server ignores for drift', async () => {
    const wanted = { ...stream, of_a_later_version: true } as StreamDefinition;
    // Newer servers refuse what older ones ignore; either way it is not taken for provisioned.
    await expect(provisioner.ensureStream(wanted)).rejects.toThrow(
      /of_a_later_version: wanted true, found undefined|json: unknown field/,
    );
  });

  it('creates a bucket once and verifies its history', async () => {
    const bucket = { name: stream.name, history: 3 };
    await provisioner.ensureBucket(bucket);
    await provisioner.ensureBucket(bucket);
    const status = await (await new Kvm(app.get(JetStreamConnection).nats).open(stream.name)).status();
    expect(status.history).toBe(3);
    const drift = await driftOf(provisioner.ensureBucket({ ...bucket, history: 4 }));
    expect(drift.differences).toEqual(['max_msgs_per_subject: wanted 4, found 3']);
  });

  it('creates a consumer once, verifies it, and knows when it was created', async () => {
    await provisioner.ensureStream(stream);
    expect(await provisioner.hasConsumer(stream.name, 'worker')).toBe(false);
    const created = await provisioner.ensureConsumer(stream.name, consumer);
    expect(Math.abs(created.getTime() - Date.now())).toBeLessThan(10_000);
    expect(await provisioner.ensureConsumer(stream.name, consumer)).toEqual(created);
    expect(await provisioner.hasConsumer(stream.name, 'worker')).toBe(true);
    expect((await broker.consumer(stream.name, 'worker')).config).toMatchObject(consumer);
  });

  it('refuses a consumer with other settings', async () => {
    await provisioner.ensureStream(stream);
    await provisioner.ensureConsumer(stream.name, consumer);
    const wanted = { ...consumer, max_ack_pending: 9, ack_wait: nanos(1_000) };
    const drift = await driftOf(provisioner.ensureConsumer(stream.name, wanted));
    expect(drift.differences.toSorted()).toEqual([
      'ack_wait: wanted 1000000000, found 15000000000',
      'max_ack_pending: wanted 9, found 4',
    ]);
  });

  it('applies and logs what may be changed, and nothing else', async () => {
    await provisioner.ensureStream(stream);
    const created = await provisioner.ensureConsumer(stream.name, consumer, [
      'max_ack_pending',
      'description',
    ]);
    const wanted = { ...consumer, max_ack_pending: 9 };
    const after = await provisioner.ensureConsumer(stream.name, wanted, ['max_ack_pending', 'description']);
    expect(after).toEqual(created);
    const { config } = await broker.consumer(stream.name, 'worker');
    expect(config).toMatchObject(wanted);
    expect(app.logger.warnings.join()).toContain('max_ack_pending: wanted 9, found 4');
  });
});
