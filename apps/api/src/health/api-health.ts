import { DatabaseConnection } from '#database';
import { HealthRegistry } from '#telemetry';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { CommandServer } from '../commands/command-server.js';

/** What the api service depends on. */
@Injectable()
export class ApiHealth implements OnModuleInit {
  constructor(
    private readonly registry: HealthRegistry,
    private readonly commands: CommandServer,
    private readonly database: DatabaseConnection,
  ) {}

  onModuleInit(): void {
    this.registry.register('nats', () => this.commands.assertHealthy());
    this.registry.register('postgres', async () => await this.database.ping());
  }
}
