import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import type { ApiClient } from './api-client.js';
import { startedApi } from './started-api.js';

let platform: Platform;
let client: ApiClient;

beforeAll(async () => {
  platform = await Platform.start();
  client = await startedApi(platform);
});

afterAll(async () => {
  await platform.stop();
});

describe('health', () => {
  it('of servers is told to everybody', async () => {
    await vi.waitFor(async () => {
      expect((await client.get('/health', { headers: { host: 'platform.example' } })).body).toEqual({
        status: 'ok',
        dependencies: { nats: { status: 'up' }, postgres: { status: 'up' } },
      });
    });
  });

  it('of services shows who reads', async () => {
    expect((await client.get('/health/services')).body).toEqual({
      status: 'degraded',
      services: [
        { service: 'ingest', consumer: 'ingest-events', status: 'down', unread: 0, unfinished: 0 },
        { service: 'ingest', consumer: 'ingest-requests', status: 'down', unread: 0, unfinished: 0 },
        { service: 'notifier', consumer: 'notifier', status: 'down', unread: 0, unfinished: 0 },
      ],
    });
    await platform.startIngest();
    await vi.waitFor(
      async () => {
        const { body } = await client.get<{ services: { status: string }[] }>('/health/services');
        expect(body.services.map(({ status }) => status)).toEqual(['up', 'up', 'down']);
      },
      { timeout: 10_000 },
    );
  });
});
