import {
  type ConsumerInfo,
  JetStreamApiCodes,
  type JetStreamManager,
  type StreamInfo,
} from '@nats-io/jetstream';
import { bucketSettings } from './bucket-settings.js';
import { foundOrUndefined } from './found-or-undefined.js';
import type { BucketDefinition, ConsumerDefinition, StreamDefinition } from './provisioner.js';
import { settingsDiff } from './settings-diff.js';

/** What the broker has of what is wanted. */
export interface Inspected<Info> {
  /** Nothing when it is missing. */
  readonly found: Info | undefined;
  /** A line per setting that is not as wanted, such as `max_bytes: wanted 1, found 2`. */
  readonly differences: readonly string[];
}

/** Compares what the broker has with what is wanted, as `Provisioner` does, and changes nothing. */
export class SettingsInspector {
  constructor(private readonly manager: JetStreamManager) {}

  async stream(definition: StreamDefinition): Promise<Inspected<StreamInfo>> {
    return await this.streamWith(definition.name, definition);
  }

  async bucket(definition: BucketDefinition): Promise<Inspected<StreamInfo>> {
    const { stream, settings } = bucketSettings(definition);
    return await this.streamWith(stream, settings);
  }

  async consumer(stream: string, definition: ConsumerDefinition): Promise<Inspected<ConsumerInfo>> {
    const lookup = this.manager.consumers.info(stream, definition.durable_name);
    const found = await foundOrUndefined(lookup, JetStreamApiCodes.ConsumerNotFound);
    return { found, differences: found === undefined ? [] : settingsDiff(definition, found.config) };
  }

  private async streamWith(name: string, wanted: object): Promise<Inspected<StreamInfo>> {
    const found = await foundOrUndefined(this.manager.streams.info(name), JetStreamApiCodes.StreamNotFound);
    return { found, differences: found === undefined ? [] : settingsDiff(wanted, found.config) };
  }
}
