import { INGEST_EVENTS, INGEST_REQUESTS, NOTIFIER, RUN_EVENTS, RUN_REQUESTS } from '#contracts';
import { BrokerUnavailableException, JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';
import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import { fromNats } from '../http/in-reach.js';
import type { ServiceView } from './health-view.js';

/** Who reads always waits for more, or has been given something of late. */
const SILENT_MS = 30_000;
const DURABLES = [
  { service: 'ingest', stream: RUN_EVENTS, durable: INGEST_EVENTS },
  { service: 'ingest', stream: RUN_REQUESTS, durable: INGEST_REQUESTS },
  { service: 'notifier', stream: RUN_EVENTS, durable: NOTIFIER },
] as const;

/** Sees by the broker's consumers whether the services that read from it are there. */
@Injectable()
export class ServiceHealth {
  constructor(private readonly connection: JetStreamConnection) {}

  /** @throws BrokerUnavailableException */
  async report(): Promise<ServiceView[]> {
    return await fromNats('The consumers of the services', async () => {
      try {
        const manager = await this.connection.manager();
        return await Promise.all(DURABLES.map(async (each) => await viewOf(manager, each)));
      } catch (error) {
        throw new BrokerUnavailableException('The consumers of the services could not be read', {
          cause: error,
        });
      }
    });
  }
}

async function viewOf(
  manager: JetStreamManager,
  { service, stream, durable }: (typeof DURABLES)[number],
): Promise<ServiceView> {
  const info = await manager.consumers.info(stream, durable);
  return {
    service,
    consumer: durable,
    status: isThere(info) ? 'up' : 'down',
    unread: info.num_pending,
    unfinished: info.num_ack_pending,
  };
}

function isThere({ num_waiting: waiting, delivered }: ConsumerInfo): boolean {
  // The broker sends a time, whatever the client's types say; absent when nothing was ever delivered.
  const lastActiveMs = Date.parse(String(delivered.last_active));
  return waiting > 0 || Date.now() - lastActiveMs < SILENT_MS;
}
