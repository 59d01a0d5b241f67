import type { InjectionToken } from '@nestjs/common';

/** How a service reaches NATS. */
export interface JetStreamOptions {
  /** `nats://host:port`, several separated by commas. */
  readonly servers: string;
  /** The service's name, shown by `nats server report connections`; also the prefix of its inboxes. */
  readonly name: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

export const JETSTREAM_OPTIONS: InjectionToken<JetStreamOptions> = Symbol('JETSTREAM_OPTIONS');
