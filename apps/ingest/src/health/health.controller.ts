import { HealthRegistry } from '#telemetry';
import { Controller, Get, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { PublicHealth } from './public-health.js';

/** `GET /health`, for whoever sends metrics: open to all, so it says which dependency is down, not why. */
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthRegistry) {}

  /** 200 while reports can be taken, which one of Postgres and NATS is enough for; otherwise 503. */
  @Get()
  async report(@Res({ passthrough: true }) reply: FastifyReply): Promise<PublicHealth> {
    const { status, dependencies } = await this.health.report();
    const entries = Object.entries(dependencies).map(([name, { status }]) => [name, { status }] as const);
    reply.status(entries.some(([, dependency]) => dependency.status === 'up') ? 200 : 503);
    return { status, dependencies: Object.fromEntries(entries) };
  }
}
