import { headers as createHeaders } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import { ApiClient } from './api-client.js';
import { EventSource } from './event-source.js';
import { ADMIN, closedApi, loggedIn, withScopes } from './started-api.js';

interface Token {
  readonly id: string;
  readonly token: string;
}

const WITHIN_A_SECOND = { timeout: 1_000, interval: 10 };

let platform: Platform;
let client: ApiClient;
/** Another replica. */
let other: ApiClient;
let admin: ApiClient;

beforeAll(async () => {
  platform = await Platform.start();
  await platform.startIngest();
  client = await closedApi(platform);
  other = await closedApi(platform);
  admin = await loggedIn(client);
});

afterAll(async () => {
  await platform.stop();
});

const at = (where: ApiClient, token: string): ApiClient => new ApiClient(where.url).withToken(token);
const statusAt = async (where: ApiClient, token: string): Promise<number> =>
  (await at(where, token).get('/me')).status;

describe('tokens', () => {
  it('are shown once, kept as a hash, and hold on every replica at once', async () => {
    const { status, body } = await admin.post<Token>('/tokens', { name: 'ci', scopes: ['read'] });
    expect(status).toBe(201);
    expect(body.token).toMatch(/^ap_[0-9a-f]{16}_[\w-]{43}$/);
    expect((await at(other, body.token).get('/me')).body).toEqual({
      kind: 'token',
      name: 'ci',
      scopes: ['read'],
    });
    const listed = await admin.get(`/tokens/${body.id}`);
    expect(listed.body).toMatchObject({ name: 'ci', created_by: ADMIN.user, revoked: false, agents: null });
    expect(JSON.stringify(listed.body)).not.toContain(body.token.slice(20));
    expect(JSON.stringify(listed.body)).not.toContain('sha256');
  });

  it('are refused when their secret is another one', async () => {
    const { body } = await admin.post<Token>('/tokens', { name: 'ci', scopes: ['read'] });
    expect(await statusAt(client, `${body.token.slice(0, -1)}${body.token.endsWith('A') ? 'B' : 'A'}`)).toBe(
      401,
    );
    expect(await statusAt(client, 'ap_0000000000000000_'.padEnd(63, 'a'))).toBe(401);
    expect(await statusAt(client, 'nonsense')).toBe(401);
  });

  it('end within a second on every replica when they are revoked', async () => {
    const { body } = await admin.post<Token>('/tokens', { name: 'ci', scopes: ['read'] });
    expect([await statusAt(client, body.token), await statusAt(other, body.token)]).toEqual([200, 200]);
    expect((await admin.post(`/tokens/${body.id}/revoke`)).body).toMatchObject({ revoked: true });
    await vi.waitFor(async () => {
      expect([await statusAt(client, body.token), await statusAt(other, body.token)]).toEqual([401, 401]);
    }, WITHIN_A_SECOND);
  });

  it('have another secret within a second when they are rotated', async () => {
    const { body: before } = await admin.post<Token>('/tokens', { name: 'ci', scopes: ['read'] });
    expect(await statusAt(other, before.token)).toBe(200);
    const { body: after } = await admin.post<Token>(`/tokens/${before.id}/rotate`);
    await vi.waitFor(async () => {
      expect([await statusAt(other, before.token), await statusAt(other, after.token)]).toEqual([401, 200]);
    }, WITHIN_A_SECOND);
  });

  it('expire', async () => {
    const soon = new Date(Date.now() + 1_500).toISOString();
    const body = { name: 'ci', scopes: ['read'], expires_at: soon };
    const { body: token } = await admin.post<Token>('/tokens', body);
    expect(await statusAt(client, token.token)).toBe(200);
    await vi.waitFor(async () => expect(await statusAt(client, token.token)).toBe(401), { timeout: 5_000 });
    const past = { ...body, expires_at: '2020-01-01T00:00:00Z' };
    expect(await admin.post('/tokens', past)).toMatchObject({ status: 422 });
  });

  it('are listed page by page, and deleted', async () => {
    const first = await admin.get<{ items: Token[]; next_cursor: string }>('/tokens?limit=2');
    expect(first.body.items).toHaveLength(2);
    const next = await admin.get<{ items: Token[] }>(`/tokens?limit=2&cursor=${first.body.next_cursor}`);
    expect(next.body.items[0]!.id > first.body.items[1]!.id).toBe(true);
    const { id } = first.body.items[0]!;
    expect((await admin.send('DELETE', `/tokens/${id}`)).status).toBe(204);
    expect((await admin.get(`/tokens/${id}`)).status).toBe(404);
    expect((await admin.send('DELETE', `/tokens/${id}`)).status).toBe(404);
    expect((await admin.get('/tokens?limit=201')).status).toBe(422);
    expect((await admin.get('/tokens?cursor=x')).status).toBe(422);
  });

  it('with agents are for reports alone', async () => {
    const body = { name: 'shop', scopes: ['ingest', 'read'], agents: ['a'] };
    expect(await admin.post('/tokens', body)).toMatchObject({ status: 422 });
  });
});

describe('users', () => {
  const anna = { user: 'anna', password: 'correct horse battery' };

  it('do what their role may, on every replica', async () => {
    const created = await admin.post('/users', { name: 'anna', role: 'viewer', password: anna.password });
    expect(created).toMatchObject({
      status: 201,
      body: { name: 'anna', role: 'viewer', created_by: ADMIN.user },
    });
    expect(JSON.stringify(created.body)).not.toContain('scrypt');
    const session = await loggedIn(other, anna);
    expect((await session.get('/me')).body).toMatchObject({ kind: 'user', name: 'anna', scopes: ['read'] });
    expect(await session.get('/users')).toMatchObject({ status: 403 });
    await admin.send('PATCH', '/users/anna', { body: { role: 'operator' } });
    await vi.waitFor(async () => {
      expect((await session.get('/me')).body['scopes']).toEqual(['read', 'operate']);
    }, WITHIN_A_SECOND);
    expect(
      (await admin.post('/users', { name: 'anna', role: 'viewer', password: anna.password })).status,
    ).toBe(409);
  });

  it('get a cookie that no script and no other site can use', async () => {
    const { headers } = await client.post('/login', anna);
    expect(headers['set-cookie']).toMatch(
      /^ap_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+$/,
    );
    const proxied = await client.post('/login', anna, { headers: { host: 'platform.example' } });
    expect(proxied.headers['set-cookie']).toMatch(/; Secure$/);
  });

  it('change things only from pages of the same host', async () => {
    const session = await loggedIn(client, anna);
    for (const headers of [{ origin: 'http://evil.example' }, { origin: 'null' }]) {
      expect(await session.post('/logout', undefined, { headers })).toMatchObject({ status: 403 });
    }
    expect((await session.get('/me')).status).toBe(200);
  });

  it('log out', async () => {
    const session = await loggedIn(client, anna);
    expect((await session.post('/logout')).status).toBe(204);
    await vi.waitFor(async () => expect((await session.get('/me')).status).toBe(401), WITHIN_A_SECOND);
  });

  it('lose their sessions with a new password, and with themselves', async () => {
    const old = await loggedIn(other, anna);
    const changed = await loggedIn(client, anna);
    const next = { current_password: anna.password, new_password: 'another long password' };
    expect((await changed.post('/me/password', { ...next, current_password: 'wrong' })).status).toBe(401);
    expect((await changed.post('/me/password', next)).status).toBe(204);
    await vi.waitFor(async () => expect((await old.get('/me')).status).toBe(401), WITHIN_A_SECOND);
    expect((await client.post('/login', anna)).status).toBe(401);
    const again = await loggedIn(other, { user: 'anna', password: next.new_password });
    expect((await admin.send('DELETE', '/users/anna')).status).toBe(204);
    await vi.waitFor(async () => expect((await again.get('/me')).status).toBe(401), WITHIN_A_SECOND);
  });

  it('always have an admin among them', async () => {
    expect(await admin.send('DELETE', `/users/${ADMIN.user}`)).toMatchObject({ status: 409 });
    const viewer = { body: { role: 'viewer' } };
    expect(await admin.send('PATCH', `/users/${ADMIN.user}`, viewer)).toMatchObject({ status: 409 });
  });

  it('are kept waiting when they guess, on every replica', async () => {
    const guess = { user: 'nobody', password: 'guess' };
    for (let count = 0; count < 6; count += 1) {
      expect((await client.post('/login', guess)).status).toBe(401);
    }
    expect(await other.post('/login', guess)).toMatchObject({
      status: 429,
      headers: { 'retry-after': expect.stringMatching(/^\d+$/) },
    });
  });
});

describe('guesses at the same time', () => {
  it('are counted one by one', async () => {
    const guess = { user: 'somebody', password: 'guess' };
    const answers = await Promise.all(
      Array.from({ length: 15 }, async () => await client.post('/login', guess)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 401).length).toBeLessThanOrEqual(7);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
  });
});

describe('who follows a run', () => {
  it('hears no more of it when the token is revoked', async () => {
    const { body } = await admin.post<Token>('/tokens', { name: 'follower', scopes: ['read'] });
    const headers = createHeaders();
    headers.set('Nats-Msg-Id', 'unserved-1');
    const nats = await platform.nats();
    await nats.request('runs.requests.unserved', '{}', {
      headers,
      timeout: 5_000,
    });
    const source = EventSource.open(at(other, body.token), '/runs/unserved-1/events');
    await vi.waitFor(() => expect(source.names).toEqual(['run']), { timeout: 5_000 });
    await admin.post(`/tokens/${body.id}/revoke`);
    await source.ended;
    expect(source.names).toEqual(['run']);
  });
});

describe('the audit log', () => {
  it('says who changed what, and holds no secret', async () => {
    const { body: token } = await admin.post<Token>('/tokens', { name: 'audited', scopes: ['operate'] });
    await at(client, token.token).post('/tokens', { name: 'x', scopes: ['read'] });
    await admin.post('/tokens', { name: '', scopes: ['read'] });
    const items = await vi.waitFor(
      async () => {
        const { body } = await admin.get<{ items: Record<string, unknown>[] }>('/audit?action=tokens.create');
        expect(body.items).toContainEqual(expect.objectContaining({ outcome: 'refused', status: 422 }));
        return body.items;
      },
      { timeout: 10_000 },
    );
    expect(items).toContainEqual(
      expect.objectContaining({
        actor_kind: 'user',
        actor: ADMIN.user,
        target: token.id,
        outcome: 'done',
        status: 201,
        address: '127.0.0.1',
        details: { name: 'audited', scopes: ['operate'] },
      }),
    );
    const all = await admin.get('/audit?limit=200');
    expect(JSON.stringify(all.body)).not.toContain(token.token.slice(20));
    expect(JSON.stringify(all.body)).not.toContain('another long password');
    expect(JSON.stringify(all.body)).toContain('session.login');
    expect((await (await withScopes(admin, 'read')).get('/audit')).status).toBe(403);
  });
});
