import { RUN_EVENTS, RUN_REQUESTS } from '#contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';

/** Takes away what waits at the broker. */
export async function emptyStreams(nats: NatsConnection): Promise<void> {
  const manager = await jetstreamManager(nats);
  await manager.streams.purge(RUN_REQUESTS);
  await manager.streams.purge(RUN_EVENTS);
}
