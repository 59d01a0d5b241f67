import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Test, type TestingModule } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HealthRegistry } from './health/health-registry.js';
import { ManagementServer } from './management/management-server.js';
import { MetricsRegistry } from './metrics/metrics-registry.js';
import { TelemetryModule } from './telemetry.module.js';

async function createModule(port?: number): Promise<TestingModule> {
  const telemetry = TelemetryModule.forRoot({
    service: 'example',
    logLevel: 'silent',
    ...(port !== undefined && { management: { port } }),
  });
  const module = await Test.createTestingModule({ imports: [telemetry] }).compile();
  module.useLogger(false);
  return module;
}

describe('the management server', () => {
  let module: TestingModule;
  let server: ManagementServer;

  beforeEach(async () => {
    module = await createModule(0);
    await module.init();
    server = module.get(ManagementServer);
  });
  afterEach(() => module.close());

  function get(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${server.port}${path}`);
  }

  it('is live, whatever the dependencies say', async () => {
    module.get(HealthRegistry).register('nats', () => {
      throw new Error('not connected');
    });

    const response = await get('/health/live');

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ status: 'ok' });
  });

  it('is ready while every dependency is up, and names each when one is down', async () => {
    let isConnected = true;
    module.get(HealthRegistry).register('postgres', () => {});
    module.get(HealthRegistry).register('nats', () => {
      if (!isConnected) {
        throw new Error('not connected');
      }
    });

    const ready = await get('/health/ready');
    isConnected = false;
    const notReady = await get('/health/ready');

    expect(ready.status).toBe(200);
    expect(await ready.json()).toEqual({
      status: 'ok',
      dependencies: { postgres: { status: 'up' }, nats: { status: 'up' } },
    });
    expect(notReady.status).toBe(503);
    expect(await notReady.json()).toEqual({
      status: 'degraded',
      dependencies: { postgres: { status: 'up' }, nats: { status: 'down', message: 'not connected' } },
    });
  });

  it('serves the metrics as Prometheus reads them', async () => {
    module.get(MetricsRegistry).counter({ name: 'runs_total', help: 'Runs' }).inc(3);

    const response = await get('/metrics');

    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await response.text()).toContain('runs_total{service="example"} 3');
  });

  it('closes with the app, also while a connection is open, and may be stopped twice', async () => {
    const { port } = server;
    await get('/health/live');

    await module.close();
    await server.onApplicationShutdown();

    expect(server.port).toBeUndefined();
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow('fetch failed');
  });
});

describe('TelemetryModule', () => {
  it('has no server without a management port', async () => {
    const module = await createModule();
    await module.init();

    expect(() => module.get(ManagementServer)).toThrow('ManagementServer');
    await module.close();
  });

  it('fails the start when the port is taken, and stops cleanly', async () => {
    const other: Server = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const module = await createModule((other.address() as AddressInfo).port);

    await expect(module.init()).rejects.toThrow('EADDRINUSE');

    await module.get(ManagementServer).onApplicationShutdown();
    other.close();
    await once(other, 'close');
  });
});
