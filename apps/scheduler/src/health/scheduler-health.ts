import { Injectable, type OnModuleInit } from '@nestjs/common';
import { JetStreamConnection } from '#jetstream';
import { HealthRegistry } from '#telemetry';
import { DefinitionWatches } from '../definitions/definition-watches.js';
import { LedgerFollower } from '../ledger/ledger-follower.js';

/** What a scheduler must have to be of use. */
@Injectable()
export class SchedulerHealth implements OnModuleInit {
  constructor(
    private readonly registry: HealthRegistry,
    private readonly connection: JetStreamConnection,
    private readonly definitions: DefinitionWatches,
    private readonly ledger: LedgerFollower,
  ) {}

  onModuleInit(): void {
    this.registry.register('nats', () => {
      if (!this.connection.isConnected) {
        throw new Error('not connected');
      }
    });
    this.registry.register('definitions', () => {
      if (!this.definitions.isCurrent) {
        throw new Error('the buckets are not watched');
      }
    });
    this.registry.register('ledger', () => {
      if (!this.ledger.isCurrent) {
        throw new Error('the ledger is not read');
      }
    });
  }
}
