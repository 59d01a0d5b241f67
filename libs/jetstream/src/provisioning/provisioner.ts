import { Injectable, Logger } from '@nestjs/common';
import {
  type ConsumerConfig,
  JetStreamApiCodes,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import { JetStreamConnection } from '../connection/jetstream-connection.js';
import { SettingsDriftException } from '../exceptions/settings-drift.exception.js';
import { bucketSettings } from './bucket-settings.js';
import { foundOrUndefined } from './found-or-undefined.js';
import { settingsDiff } from './settings-diff.js';

export type StreamDefinition = Partial<StreamConfig> & { readonly name: string };
export type ConsumerDefinition = Partial<ConsumerConfig> & { readonly durable_name: string };
export interface BucketDefinition {
  readonly name: string;
  readonly history: number;
  /** Milliseconds after which a value goes; for ever when absent. */
  readonly ttlMs?: number;
}

/**
 * Creates what is missing on the broker and verifies what exists. Every wanted field is read back, also right after
 * creation: old servers accept fields that they don't know and ignore them.
 */
@Injectable()
export class Provisioner {
  private readonly logger = new Logger(Provisioner.name);

  constructor(private readonly connection: JetStreamConnection) {}

  /** @throws SettingsDriftException when the stream exists with other settings. */
  async ensureStream(definition: StreamDefinition): Promise<void> {
    const manager = await this.connection.manager();
    const found = await foundOrUndefined(
      manager.streams.info(definition.name),
      JetStreamApiCodes.StreamNotFound,
    );
    if (found === undefined) {
      // A copy, because the client writes into what it is given.
      await manager.streams.add(structuredClone(definition));
    }
    const { config } = found ?? (await manager.streams.info(definition.name));
    refuseDrift(`Stream ${definition.name}`, definition, config);
    this.logOutcome('stream', definition.name, found !== undefined);
  }

  /** @throws SettingsDriftException when the bucket exists with other settings. */
  async ensureBucket(definition: BucketDefinition): Promise<void> {
    const { name, history, ttlMs = 0 } = definition;
    const manager = await this.connection.manager();
    const { stream, settings } = bucketSettings(definition);
    const found = await foundOrUndefined(manager.streams.info(stream), JetStreamApiCodes.StreamNotFound);
    if (found === undefined) {
      await new Kvm(this.connection.nats).create(name, { history, ttl: ttlMs });
    }
    const { config } = await manager.streams.info(stream);
    refuseDrift(`Bucket ${name}`, settings, config);
    this.logOutcome('bucket', name, found !== undefined);
  }

  /**
   * @param changeable fields whose new value is what the operator or author asked for; a difference there is
   *   applied and logged. A difference in any other field is drift.
   * @returns when the consumer was created
   * @throws SettingsDriftException when the consumer exists with other settings.
   */
  async ensureConsumer(
    stream: string,
    definition: ConsumerDefinition,
    changeable: readonly (keyof ConsumerConfig)[] = [],
  ): Promise<Date> {
    const name = definition.durable_name;
    const manager = await this.connection.manager();
    const found = await foundOrUndefined(
      manager.consumers.info(stream, name),
      JetStreamApiCodes.ConsumerNotFound,
    );
    if (found === undefined) {
      await manager.consumers.add(stream, structuredClone(definition));
    }
    const existing = found ?? (await manager.consumers.info(stream, name));
    const config = await this.applyChanges(manager, stream, definition, existing.config, changeable);
    refuseDrift(`Consumer ${name} of stream ${stream}`, definition, config);
    this.logOutcome('consumer', name, found !== undefined);
    return new Date(existing.created);
  }

  /** Whether a stream has a durable consumer of this name. */
  async hasConsumer(stream: string, durable: string): Promise<boolean> {
    const manager = await this.connection.manager();
    const found = foundOrUndefined(
      manager.consumers.info(stream, durable),
      JetStreamApiCodes.ConsumerNotFound,
    );
    return (await found) !== undefined;
  }

  private async applyChanges(
    manager: JetStreamManager,
    stream: string,
    definition: ConsumerDefinition,
    config: ConsumerConfig,
    changeable: readonly (keyof ConsumerConfig)[],
  ): Promise<ConsumerConfig> {
    const wanted = Object.fromEntries(
      changeable
        .filter((field) => definition[field] !== undefined)
        .map((field) => [field, definition[field]]),
    );
    const changes = settingsDiff(wanted, config);
    if (changes.length === 0) {
      return config;
    }
    this.logger.warn({ consumer: definition.durable_name, changes }, 'Consumer settings changed');
    await manager.consumers.update(stream, definition.durable_name, wanted);
    return (await manager.consumers.info(stream, definition.durable_name)).config;
  }

  private logOutcome(kind: string, name: string, existed: boolean): void {
    if (!existed) {
      this.logger.log({ kind, name }, 'Created');
    }
  }
}

function refuseDrift(subject: string, wanted: object, found: object): void {
  const differences = settingsDiff(wanted, found);
  if (differences.length > 0) {
    throw new SettingsDriftException(subject, differences);
  }
}
