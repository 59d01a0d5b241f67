import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import { ApiAgentsModule } from './api-agents.module.js';
import type { ApiClient } from './api-client.js';
import { DocumentClient } from './document-client.js';
import { EventSource } from './event-source.js';
import { startedApi } from './started-api.js';

let platform: Platform;
let plain: ApiClient;
let client: DocumentClient;

beforeAll(async () => {
  platform = await Platform.start();
  await platform.startIngest();
  await platform.startExecutor({}, ApiAgentsModule);
  plain = await startedApi(platform);
  client = await DocumentClient.of(plain);
  await vi.waitFor(
    async () => expect((await client.call('startRun', {}, { agent: 'echo' })).status).toBe(202),
    {
      timeout: 10_000,
    },
  );
});

afterAll(async () => {
  await platform.stop();
});

describe('a client that was made from the OpenAPI document', () => {
  it('starts a run, follows it to its end and reads its result', async () => {
    const started = await client.call<{ request_id: string }>(
      'startRun',
      {},
      { agent: 'flaky', input: { succeed_at: 2 } },
    );
    const id = started.body.request_id;
    const source = EventSource.open(plain, client.pathFor('followRun', { id }));
    await source.ended;
    expect(source.events.at(-1)).toMatchObject({ event: 'succeeded', data: { metrics: { attempt: 2 } } });
    const result = await vi.waitFor(async () => {
      const answer = await client.call('getRunResult', { id });
      expect(answer.status).toBe(200);
      return answer;
    });
    expect(result.body).toMatchObject({ request_id: id, status: 'success' });
    expect((await client.call('getRun', { id })).body).toMatchObject({ attempts: [{ attempt: 1 }] });
  });

  it('is answered as the document says, also when something is wrong', async () => {
    const { body: run } = await client.call<{ request_id: string }>(
      'startRun',
      {},
      { agent: 'logging', input: { lines: 3 } },
    );
    const id = run.request_id;
    await vi.waitFor(async () => expect((await client.call('getRunResult', { id })).status).toBe(200), {
      timeout: 10_000,
    });
    const { body: token } = await client.call<{ id: string }>(
      'createToken',
      {},
      { name: 't', scopes: ['read'] },
    );
    const calls: [string, Record<string, string | number>, object?][] = [
      ['listRuns', { limit: 2, agent: 'logging' }],
      ['listRuns', { limit: 0 }],
      ['listRunLogs', { id, limit: 2 }],
      ['getRun', { id: 'never' }],
      ['getRunResult', { id: 'never' }],
      ['retryRun', { id }, {}],
      ['cancelRun', { id }],
      ['startRun', {}, { agent: 'nobody' }],
      ['startRun', {}, {}],
      ['listTokens', { limit: 1 }],
      ['getToken', { id: token.id }],
      ['rotateToken', { id: token.id }],
      ['revokeToken', { id: token.id }],
      ['deleteToken', { id: token.id }],
      ['deleteToken', { id: token.id }],
      ['createUser', {}, { name: 'anna', role: 'viewer', password: 'x'.repeat(12) }],
      ['listUsers', {}],
      ['getUser', { name: 'nobody' }],
      ['getMe', {}],
      ['getHealth', {}],
      ['getServices', {}],
      ['listAudit', { limit: 200 }],
      ['login', {}, { user: 'nobody', password: 'x' }],
    ];
    for (const [operationId, parameters, body] of calls) {
      await client.call(operationId, parameters, body);
    }
    expect(calls.length).toBeGreaterThan(20);
  });
});
