import { JetStreamServer } from '#jetstream';
import { HealthRegistry } from '#telemetry';
import { Injectable, type OnModuleInit } from '@nestjs/common';

/** An executor is ready while the broker answers its consumers. */
@Injectable()
export class ExecutorHealth implements OnModuleInit {
  constructor(
    private readonly registry: HealthRegistry,
    private readonly server: JetStreamServer,
  ) {}

  onModuleInit(): void {
    this.registry.register('nats', () => this.server.assertHealthy());
  }
}
