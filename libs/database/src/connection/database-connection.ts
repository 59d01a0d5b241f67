import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DatabaseUnavailableException } from '../errors/database-unavailable.exception.js';
import { createDataSource } from './create-data-source.js';
import { DATABASE_OPTIONS, type DatabaseOptions } from './database-options.js';

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;

/**
 * The connection of a service to Postgres. It is made in the background and tried endlessly, so that a service boots
 * and answers while Postgres is away. Once made, the pool renews what breaks.
 */
@Injectable()
export class DatabaseConnection implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger(DatabaseConnection.name);
  private readonly stopping = new AbortController();
  private connectedSource: DataSource | undefined;
  private connecting: Promise<void> | undefined;

  constructor(@Inject(DATABASE_OPTIONS) private readonly options: DatabaseOptions) {}

  /** Starts connecting and doesn't wait for it. */
  onModuleInit(): void {
    this.connecting ??= this.connectEndlessly();
  }

  /** Whether the first connection was made. A database that went away since then is found out by `ping`. */
  get isConnected(): boolean {
    return this.connectedSource !== undefined;
  }

  /** @throws DatabaseUnavailableException before the first connection and after shutdown */
  get dataSource(): DataSource {
    if (this.connectedSource === undefined) {
      throw new DatabaseUnavailableException();
    }
    return this.connectedSource;
  }

  /**
   * Asks the server for a sign of life.
   * @throws DatabaseUnavailableException when it gives none
   */
  async ping(): Promise<void> {
    const source = this.dataSource;
    try {
      await source.query('SELECT 1');
    } catch (cause) {
      throw new DatabaseUnavailableException({ cause });
    }
  }

  /** Waits for the connections in use and closes all. Safe to call again, and before the first connection. */
  async onApplicationShutdown(): Promise<void> {
    this.stopping.abort();
    await this.connecting;
    const source = this.connectedSource;
    this.connectedSource = undefined;
    await source?.destroy();
  }

  private async connectEndlessly(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; !this.stopping.signal.aborted; pauseMs *= 2) {
      if (await this.connect()) {
        return;
      }
      // An aborted pause is the end of the loop, not an error.
      await delay(Math.min(pauseMs, LONGEST_PAUSE_MS), undefined, { signal: this.stopping.signal }).catch(
        () => undefined,
      );
    }
  }

  private async connect(): Promise<boolean> {
    const source = createDataSource(this.options, (error) =>
      this.logger.warn({ reason: error.message }, 'Idle database connection lost'),
    );
    try {
      await source.initialize();
      this.connectedSource = source;
      this.logger.log({ poolSize: this.options.poolSize }, 'Database connected');
      return true;
    } catch (error) {
      this.logger.warn({ err: error }, 'Database not reachable yet');
      await closePool(source);
      return false;
    }
  }
}

/** A start that failed half-way leaves a pool open that TypeORM's own `destroy` refuses to close. */
async function closePool(source: DataSource): Promise<void> {
  const { driver } = source;
  if ('master' in driver && driver.master !== undefined) {
    await driver.disconnect().catch(() => undefined);
  }
}
