import { HealthRegistry } from '#telemetry';
import { Controller, Get, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Public, Requires } from '../access/requires.decorator.js';
import { HealthView, ServicesView } from './health-view.js';
import { ServiceHealth } from './service-health.js';

/** `GET /api/health`: open to all, so it says which server is down, not why; and `/api/health/services`. */
@ApiTags('health')
@Controller('health')
export class HealthController {
  constructor(
    private readonly health: HealthRegistry,
    private readonly services: ServiceHealth,
  ) {}

  @Get()
  @Public()
  @ApiOperation({ summary: 'Which servers are there; 503 when none of them is' })
  @ApiOkResponse({ type: HealthView })
  @ApiResponse({ status: 503, type: HealthView, description: 'Nothing can be answered' })
  async getHealth(@Res({ passthrough: true }) reply: FastifyReply): Promise<HealthView> {
    const { status, dependencies } = await this.health.report();
    const entries = Object.entries(dependencies).map(([name, { status }]) => [name, { status }] as const);
    reply.status(entries.some(([, dependency]) => dependency.status === 'up') ? 200 : 503);
    return { status, dependencies: Object.fromEntries(entries) };
  }

  @Get('services')
  @Requires('read')
  @ApiOperation({
    summary: 'Whether the services that read from NATS are there, and what they have before them',
  })
  @ApiOkResponse({ type: ServicesView })
  async getServices(): Promise<ServicesView> {
    const services = await this.services.report();
    const isOk = services.every(({ status }) => status === 'up');
    return { status: isOk ? 'ok' : 'degraded', services };
  }
}
