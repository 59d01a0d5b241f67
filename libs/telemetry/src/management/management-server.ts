import type { AddressInfo } from 'node:net';
import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { fastify, type FastifyInstance } from 'fastify';
import { HealthRegistry } from '../health/health-registry.js';
import { MetricsRegistry } from '../metrics/metrics-registry.js';
import { TELEMETRY_OPTIONS, type TelemetryOptions } from '../telemetry-options.js';

const DEFAULT_HOST = '127.0.0.1';

/**
 * Serves `/health/live`, `/health/ready` and `/metrics` on a port of its own, apart from the service's traffic.
 * Answers until the very end of a drain. Stopping it twice, or before it has started, does nothing.
 */
@Injectable()
export class ManagementServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(ManagementServer.name);
  private server: FastifyInstance | undefined;

  constructor(
    @Inject(TELEMETRY_OPTIONS) private readonly options: TelemetryOptions,
    private readonly health: HealthRegistry,
    private readonly metrics: MetricsRegistry,
  ) {}

  /** The port it really listens on; `undefined` while it does not. */
  get port(): number | undefined {
    const address = this.server?.server.address();
    return (address as AddressInfo | null | undefined)?.port;
  }

  async onApplicationBootstrap(): Promise<void> {
    const { host = DEFAULT_HOST, port = 0 } = this.options.management ?? {};
    // A probe's open connection must not hold up the end of the process.
    this.server = fastify({ forceCloseConnections: true });
    this.addRoutes(this.server);
    await this.server.listen({ host, port });
    this.logger.log({ host, port: this.port }, 'Management server listens');
  }

  async onApplicationShutdown(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    await server?.close();
  }

  private addRoutes(server: FastifyInstance): void {
    server.get('/health/live', () => ({ status: 'ok' }));
    server.get('/health/ready', async (_request, reply) => {
      const report = await this.health.report();
      return reply.code(report.status === 'ok' ? 200 : 503).send(report);
    });
    server.get('/metrics', async (_request, reply) =>
      reply.type(this.metrics.contentType).send(await this.metrics.exposition()),
    );
  }
}
