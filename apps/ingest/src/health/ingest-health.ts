import { DatabaseConnection } from '#database';
import { JetStreamServer } from '#jetstream';
import { HealthRegistry } from '#telemetry';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/** What ingest depends on. */
@Injectable()
export class IngestHealth implements OnModuleInit {
  constructor(
    private readonly registry: HealthRegistry,
    private readonly server: JetStreamServer,
    private readonly database: DatabaseConnection,
  ) {}

  onModuleInit(): void {
    this.registry.register('nats', () => this.server.assertHealthy());
    this.registry.register('postgres', async () => await this.database.ping());
  }
}
