import { setTimeout } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type ConnectionOptions, createInbox, type NatsConnection } from '@nats-io/transport-node';
import { BrokerUnavailableException } from '../exceptions/broker-unavailable.exception.js';
import { JETSTREAM_OPTIONS, type JetStreamOptions } from './jetstream-options.js';

const RETRY_MS = 1_000;
/** A broker that hangs must not keep the service from stopping. */
const CLOSE_MS = 3_000;

/**
 * The one connection of a service to NATS. Made in the background and kept for ever: an app starts, and keeps
 * running, while the broker is away.
 */
@Injectable()
export class JetStreamConnection implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(JetStreamConnection.name);
  private readonly reconnectListeners = new Set<() => void>();
  private readonly disconnectListeners = new Set<() => void>();
  private readonly ready = Promise.withResolvers<NatsConnection>();
  private connection: NatsConnection | undefined;
  private online = false;
  private readonly closing = new AbortController();

  constructor(@Inject(JETSTREAM_OPTIONS) private readonly options: JetStreamOptions) {}

  onModuleInit(): void {
    void this.connectForEver();
  }

  /** Whether messages can be sent right now. */
  get isConnected(): boolean {
    return this.online;
  }

  /** Resolves once the broker has been reached for the first time; may take for ever. */
  connected(): Promise<NatsConnection> {
    return this.ready.promise;
  }

  /** @throws BrokerUnavailableException while the broker is away. */
  get nats(): NatsConnection {
    if (this.connection === undefined || !this.online) {
      throw new BrokerUnavailableException('NATS is not connected');
    }
    return this.connection;
  }

  /** @throws BrokerUnavailableException while the broker is away. */
  async manager(): Promise<JetStreamManager> {
    return await jetstreamManager(this.nats, { checkAPI: false });
  }

  /** A subject for answers that only this service may listen to. */
  createInbox(): string {
    return createInbox(this.inboxPrefix);
  }

  /** Calls back after every reconnect, not after the first connect. */
  onReconnect(listener: () => void): void {
    this.reconnectListeners.add(listener);
  }

  /** Calls back when the broker is lost. What was sent and not yet answered may have vanished. */
  onDisconnect(listener: () => void): void {
    this.disconnectListeners.add(listener);
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing.abort();
    if (this.online && this.connection !== undefined) {
      const drained = this.connection.drain().catch(() => undefined); // it was lost just now
      await Promise.race([drained, setTimeout(CLOSE_MS, undefined, { ref: false })]);
    }
    await this.connection?.close();
    this.online = false;
  }

  private get inboxPrefix(): string {
    return `_INBOX_${this.options.name}`;
  }

  private async connectForEver(): Promise<void> {
    while (!this.closing.signal.aborted) {
      try {
        const connection = await connect(this.connectionOptions());
        this.adopt(connection);
        return;
      } catch (error) {
        this.logger.warn({ err: error }, 'NATS can not be reached yet');
        await setTimeout(RETRY_MS, undefined, { signal: this.closing.signal }).catch(() => undefined);
      }
    }
  }

  private adopt(connection: NatsConnection): void {
    if (this.closing.signal.aborted) {
      void connection.close();
      return;
    }
    this.connection = connection;
    this.online = true;
    this.logger.log({ server: connection.getServer(), version: connection.info?.version }, 'NATS connected');
    void this.watch(connection);
    this.ready.resolve(connection);
  }

  /** Without these, the client gives up after ten tries, and notices a half-open socket only after minutes. */
  private connectionOptions(): ConnectionOptions {
    const { servers, name, user, password } = this.options;
    return {
      servers: servers.split(','),
      name,
      inboxPrefix: this.inboxPrefix,
      ...(user !== undefined && { user }),
      ...(password !== undefined && { pass: password }),
      maxReconnectAttempts: -1,
      reconnectTimeWait: 250,
      reconnectJitter: 250,
      ignoreAuthErrorAbort: true,
      pingInterval: 10_000,
      maxPingOut: 2,
      timeout: 5_000,
    };
  }

  private async watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      if (status.type === 'disconnect') {
        this.online = false;
        this.logger.warn('NATS disconnected');
        this.disconnectListeners.forEach((listener) => listener());
      } else if (status.type === 'reconnect') {
        this.online = true;
        this.logger.log('NATS reconnected');
        this.reconnectListeners.forEach((listener) => listener());
      } else if (status.type === 'error') {
        this.logger.error({ err: status.error }, 'NATS refused an operation');
      }
    }
    if (!this.closing.signal.aborted) {
      this.online = false;
      this.logger.error('The connection to NATS is closed for good');
    }
  }
}
