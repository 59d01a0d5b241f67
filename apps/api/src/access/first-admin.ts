import { setTimeout as delay } from 'node:timers/promises';
import { isLoopback } from '#http';
import { JetStreamConnection } from '#jetstream';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { ApiConfiguration } from '../api-configuration.js';
import { newUser } from './new-user.js';
import { PasswordHasher } from './password-hasher.js';
import { UserStore } from './user-store.js';

const RETRY_MS = 1_000;
const POLL_MS = 50;

/** Makes the admin that the environment names, while there is no user at all. */
@Injectable()
export class FirstAdmin implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(FirstAdmin.name);
  private readonly stopping = new AbortController();

  constructor(
    @Inject(ApiConfiguration) private readonly configuration: Pick<
      ApiConfiguration,
      'adminUser' | 'adminPassword' | 'host'
    >,
    private readonly connection: JetStreamConnection,
    private readonly users: UserStore,
    private readonly hasher: PasswordHasher,
  ) {}

  /** In the background: NATS may be away for long. */
  onApplicationBootstrap(): void {
    void this.begin();
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  private async begin(): Promise<void> {
    await this.connection.connected();
    while (!this.users.isComplete && !this.stopping.signal.aborted) {
      await this.pause(POLL_MS);
    }
    const { adminUser, adminPassword, host } = this.configuration;
    if (adminUser !== undefined && adminPassword !== undefined) {
      await this.makeSure(adminUser, adminPassword);
    } else if (this.users.entries().length === 0 && !isLoopback(host)) {
      this.logger.warn('There is no user: set API_ADMIN_USER and API_ADMIN_PASSWORD, or only tokens get in');
    }
  }

  private async makeSure(name: string, password: string): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.makeOnce(name, password);
        return;
      } catch (error) {
        this.logger.warn({ err: error }, 'The first admin could not be made yet');
        await this.pause(RETRY_MS);
      }
    }
  }

  /** Of several replicas one makes it: the key is there once. */
  private async makeOnce(name: string, password: string): Promise<void> {
    if (this.users.entries().length > 0) {
      return;
    }
    const user = newUser('admin', await this.hasher.hash(password), 'configuration');
    if (await this.users.create(name, user)) {
      this.logger.log({ user: name }, 'The first admin was made');
    }
  }

  private async pause(milliseconds: number): Promise<void> {
    await delay(milliseconds, undefined, { signal: this.stopping.signal, ref: false }).catch(() => undefined);
  }
}
