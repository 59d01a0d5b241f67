import { HealthRegistry } from '#telemetry';
import type { FastifyReply } from 'fastify';
import { expect, it, vi } from 'vitest';
import { HealthController } from './health.controller.js';

it.each([
  [true, true, 200, 'ok'],
  [true, false, 200, 'degraded'],
  [false, true, 200, 'degraded'],
  [false, false, 503, 'degraded'],
])('with NATS up: %s and Postgres up: %s it answers %i %s', async (nats, postgres, code, status) => {
  const registry = new HealthRegistry();
  for (const [name, isUp] of Object.entries({ nats, postgres })) {
    registry.register(name, () => {
      if (!isUp) {
        throw new Error('secret.host:5432 refused');
      }
    });
  }
  const reply = { status: vi.fn<FastifyReply['status']>() };
  const body = await new HealthController(registry).report(reply as unknown as FastifyReply);
  expect(reply.status).toHaveBeenCalledWith(code);
  expect(body).toEqual({
    status,
    dependencies: {
      nats: { status: nats ? 'up' : 'down' },
      postgres: { status: postgres ? 'up' : 'down' },
    },
  });
});
