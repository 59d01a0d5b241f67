import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Platform } from '../support/platform.js';
import type { ApiClient } from './api-client.js';
import { closedApi, loggedIn, startedApi, withScopes } from './started-api.js';

let platform: Platform;

beforeAll(async () => {
  platform = await Platform.start();
});

afterAll(async () => {
  await platform.stop();
});

describe('on a loopback address, before there is an admin', () => {
  let client: ApiClient;

  beforeAll(async () => {
    client = await startedApi(platform);
  });

  it('lets programs of this machine do everything', async () => {
    expect((await client.get('/me')).body).toEqual({ kind: 'local', name: 'local', scopes: ['admin'] });
    expect((await client.get('/tokens')).body).toEqual({ items: [], next_cursor: null });
  });

  it('refuses a foreign Host or Origin', async () => {
    const foreign: Record<string, string>[] = [
      { host: 'evil.example' },
      { origin: 'http://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
      { 'x-forwarded-for': '203.0.113.7' },
    ];
    for (const headers of foreign) {
      const { status } = await client.get('/tokens', { headers });
      expect({ headers, status }).toEqual({ headers, status: 403 });
    }
    expect((await client.get('/tokens', { headers: { origin: client.url } })).status).toBe(200);
  });

  it('answers as problem details', async () => {
    const answer = await client.get('/nothing');
    expect(answer).toMatchObject({
      status: 404,
      body: { type: 'about:blank', title: 'Not Found', status: 404 },
    });
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect((await client.post('/tokens', '{')).status).toBe(400);
    expect(await client.post('/tokens', { name: '', scopes: ['x'], more: 1 })).toMatchObject({
      status: 422,
      body: {
        errors: expect.arrayContaining([
          expect.objectContaining({ field: 'name' }),
          expect.objectContaining({ field: 'scopes' }),
          expect.objectContaining({ field: 'more' }),
        ]),
      },
    });
    expect((await client.post('/tokens', 'a=b', { headers: { 'content-type': 'text/plain' } })).status).toBe(
      415,
    );
    expect(await client.post('/tokens', 'x'.repeat(600_000))).toMatchObject({
      status: 413,
      body: { detail: expect.stringContaining('524288') },
    });
  });

  it('serves its OpenAPI document', async () => {
    const { status, body } = await client.get<{ paths: Record<string, unknown> }>('/docs/openapi.json');
    expect(status).toBe(200);
    expect(Object.keys(body.paths)).toContain('/api/tokens/{id}/rotate');
    expect((await client.get('/docs')).status).toBe(200);
  });
});

describe('callers who ask too often', () => {
  it('are told when to come again, each for themselves', async () => {
    const client = await closedApi(platform, { requestsPerMinute: 10 });
    const admin = await loggedIn(client);
    const busy = await withScopes(admin, 'read');
    const statuses: number[] = [];
    for (let count = 0; count < 12; count += 1) {
      statuses.push((await busy.get('/me')).status);
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(10);
    expect(await busy.get('/me')).toMatchObject({
      status: 429,
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
      body: { title: 'Too Many Requests', status: 429 },
    });
    expect((await admin.get('/me')).status).toBe(200);
  });

  it('are slowed down while nobody knows them', async () => {
    const client = await closedApi(platform);
    const statuses = new Set<number>();
    for (let count = 0; count < 140; count += 1) {
      statuses.add((await client.withToken('wrong').get('/me')).status);
    }
    expect([...statuses]).toEqual([401, 429]);
  });
});
