import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Answer, IngestClient, report } from '../ingest/ingest-client.js';
import { Platform } from '../support/platform.js';
import type { ApiClient } from './api-client.js';
import { startedApi } from './started-api.js';

const CONFIGURED = 'a-token-of-the-configuration';

let platform: Platform;
let api: ApiClient;
let guarded: IngestClient;
let open: IngestClient;

beforeAll(async () => {
  platform = await Platform.start();
  api = await startedApi(platform);
  guarded = new IngestClient(await platform.startIngest({ token: CONFIGURED }));
  open = new IngestClient(await platform.startIngest());
  await Promise.all([guarded.untilHealthy(), open.untilHealthy()]);
});

afterAll(async () => {
  await platform.stop();
});

interface Token {
  readonly id: string;
  readonly token: string;
}

async function newToken(body: object): Promise<Token> {
  const answer = await api.post<Token>('/tokens', { name: 'shop', ...body });
  expect(answer.status).toBe(201);
  return answer.body;
}

async function postWith(client: IngestClient, token: string, agent = 'shop'): Promise<Answer> {
  return await client.post(report({ agent_name: agent }), { authorization: `Bearer ${token}` });
}

describe('producers with API tokens', () => {
  it('report beside those who know the configured token', async () => {
    const { token } = await newToken({ scopes: ['ingest'] });
    expect((await postWith(guarded, token)).status).toBe(201);
    expect((await postWith(guarded, CONFIGURED)).status).toBe(201);
    expect((await postWith(guarded, 'neither')).status).toBe(401);
  });

  it('need the scope for what they do', async () => {
    const { token } = await newToken({ scopes: ['read'] });
    expect(await postWith(guarded, token)).toMatchObject({
      status: 403,
      body: { detail: 'This needs the scope ingest' },
    });
    expect((await guarded.get('/metrics', { authorization: `Bearer ${token}` })).status).toBe(200);
    const { token: writer } = await newToken({ scopes: ['ingest'] });
    expect((await guarded.get('/metrics', { authorization: `Bearer ${writer}` })).status).toBe(403);
  });

  it.each(['guarded', 'open'] as const)('report for their agents only: %s', async (which) => {
    const client = which === 'guarded' ? guarded : open;
    const { token } = await newToken({ scopes: ['ingest'], agents: ['shop', 'till'] });
    expect((await postWith(client, token, 'till')).status).toBe(201);
    expect(await postWith(client, token, 'bank')).toMatchObject({
      status: 403,
      body: { detail: 'The token may not report for the agent bank' },
    });
    const batch = [report({ agent_name: 'shop' }), report({ agent_name: 'bank' })];
    const answer = await client.sendBatch(JSON.stringify(batch), { authorization: `Bearer ${token}` });
    expect(answer).toMatchObject({
      status: 207,
      body: { stored: 1, refused: 1, items: [{ status: 201 }, { status: 403 }] },
    });
  });

  it('are out within a second when their token is revoked', async () => {
    const { id, token } = await newToken({ scopes: ['ingest'] });
    expect((await postWith(guarded, token)).status).toBe(201);
    await api.post(`/tokens/${id}/revoke`);
    await vi.waitFor(async () => expect((await postWith(guarded, token)).status).toBe(401), {
      timeout: 1_000,
      interval: 10,
    });
  });

  it('go on while NATS is away', async () => {
    const { token } = await newToken({ scopes: ['ingest'] });
    expect((await postWith(guarded, token)).status).toBe(201);
    await platform.servers.nats.stop();
    expect((await postWith(guarded, token)).status).toBe(201);
    expect((await postWith(guarded, `ap_0123456789abcdef_${'a'.repeat(43)}`)).status).toBe(503);
    await platform.servers.nats.restart();
  });
});
