import { expect, vi } from 'vitest';
import type { ApiConfiguration } from '../../apps/api/src/api-configuration.js';
import type { Platform } from '../support/platform.js';
import { ApiClient } from './api-client.js';

export const ADMIN = { user: 'root', password: 'only-for-these-specs' };

/** Starts an api that knows who may do what. */
export async function startedApi(
  platform: Platform,
  overrides: Partial<ApiConfiguration> = {},
): Promise<ApiClient> {
  const app = await platform.startApi(overrides);
  const client = new ApiClient((await app.getUrl()).replace('[::1]', '127.0.0.1'));
  await vi.waitFor(async () => expect((await client.get('/me')).status).not.toBe(503), { timeout: 10_000 });
  return client;
}

/** The same with an admin: nobody gets in without a token or a login. */
export async function closedApi(
  platform: Platform,
  overrides: Partial<ApiConfiguration> = {},
): Promise<ApiClient> {
  const admin = { adminUser: ADMIN.user, adminPassword: ADMIN.password };
  const client = await startedApi(platform, { ...admin, ...overrides });
  await vi.waitFor(async () => expect((await client.get('/me')).status).toBe(401), { timeout: 10_000 });
  return client;
}

/** The same api, with the session of a user. */
export async function loggedIn(
  client: ApiClient,
  login: { user: string; password: string } = ADMIN,
): Promise<ApiClient> {
  const { status, headers } = await client.post('/login', login);
  expect(status).toBe(200);
  return client.withCookie(headers['set-cookie']?.split(';')[0] ?? '');
}

/** The same api, with a new token. @param admin who may make one */
export async function withScopes(admin: ApiClient, ...scopes: string[]): Promise<ApiClient> {
  const { status, body } = await admin.post<{ token: string }>('/tokens', { name: 'spec', scopes });
  expect(status).toBe(201);
  return new ApiClient(admin.url).withToken(body.token);
}
