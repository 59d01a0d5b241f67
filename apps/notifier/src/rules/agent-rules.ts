import { AGENTS_BUCKET, ContractViolation, type NotificationRule, parseCatalogueEntry } from '#contracts';
import {
  type BucketEntry,
  type BucketListener,
  BucketWatch,
  JetStreamConnection,
  JetStreamServer,
} from '#jetstream';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';

/** Who is told what, as the agents of the catalogue declare it. Read in full before the first event is. */
@Injectable()
export class AgentRules implements BucketListener, OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(AgentRules.name);
  private readonly rules = new Map<string, readonly NotificationRule[]>();
  private readonly watch: BucketWatch;

  constructor(
    connection: JetStreamConnection,
    private readonly server: JetStreamServer,
  ) {
    this.watch = new BucketWatch(connection, AGENTS_BUCKET, this);
  }

  onModuleInit(): void {
    this.server.prepare(async () => await this.watch.read());
    this.server.closing.addEventListener('abort', () => this.watch.stop(), { once: true });
  }

  onModuleDestroy(): void {
    this.watch.stop();
  }

  /** The rules of an agent; none when the catalogue does not have it. */
  of(agent: string): readonly NotificationRule[] {
    return this.rules.get(agent) ?? [];
  }

  put({ key, value }: BucketEntry): void {
    try {
      this.rules.set(key, parseCatalogueEntry(value).declaration.notifications);
    } catch (error) {
      if (!(error instanceof ContractViolation)) {
        throw error;
      }
      this.rules.delete(key);
      this.logger.error({ agent: key, reason: error.message }, 'Catalogue entry left out');
    }
  }

  remove(key: string): void {
    this.rules.delete(key);
  }

  keepOnly(keys: ReadonlySet<string>): void {
    for (const agent of this.rules.keys()) {
      if (!keys.has(agent)) {
        this.rules.delete(agent);
      }
    }
  }
}
