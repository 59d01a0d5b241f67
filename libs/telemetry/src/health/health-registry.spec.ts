import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HealthRegistry } from './health-registry.js';

describe('HealthRegistry', () => {
  let registry: HealthRegistry;

  beforeEach(() => {
    registry = new HealthRegistry();
  });

  it('is ok when nothing is registered', async () => {
    expect(await registry.report()).toEqual({ status: 'ok', dependencies: {} });
  });

  it('is ok when every check passes, in its turn or later', async () => {
    registry.register('nats', () => {});
    registry.register('postgres', () => Promise.resolve());

    expect(await registry.report()).toEqual({
      status: 'ok',
      dependencies: { nats: { status: 'up' }, postgres: { status: 'up' } },
    });
  });

  it('names each dependency that is down, with its message', async () => {
    registry.register('nats', () => {
      throw new Error('not connected');
    });
    registry.register('postgres', () => Promise.reject(new Error('connection refused')));
    registry.register('disk', () => {});

    expect(await registry.report()).toEqual({
      status: 'degraded',
      dependencies: {
        nats: { status: 'down', message: 'not connected' },
        postgres: { status: 'down', message: 'connection refused' },
        disk: { status: 'up' },
      },
    });
  });

  it('refuses a name that is taken', () => {
    registry.register('nats', () => {});

    expect(() => registry.register('nats', () => {})).toThrow('nats');
  });
});

describe('a check that never answers', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is down after a second', async () => {
    const registry = new HealthRegistry();
    registry.register('nats', () => new Promise(() => {}));

    const report = registry.report();
    await vi.advanceTimersByTimeAsync(1_000);

    expect(await report).toEqual({
      status: 'degraded',
      dependencies: { nats: { status: 'down', message: 'no answer within 1000 ms' } },
    });
  });
});
