import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JetStreamConnection } from '#jetstream';
import { HealthRegistry } from '#telemetry';
import { CatalogueWatcher } from '../catalogue/catalogue-watcher.js';

/** What a scheduler must have to be of use. */
@Injectable()
export class SchedulerHealth implements OnModuleInit {
  constructor(
    private readonly registry: HealthRegistry,
    private readonly connection: JetStreamConnection,
    private readonly catalogue: CatalogueWatcher,
  ) {}

  onModuleInit(): void {
    this.registry.register('nats', () => {
      if (!this.connection.isConnected) {
        throw new Error('not connected');
      }
    });
    this.registry.register('catalogue', () => {
      if (!this.catalogue.isCurrent) {
        throw new Error('the bucket is not watched');
      }
    });
  }
}
