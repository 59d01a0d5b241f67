import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Platform } from '../support/platform.js';
import { IngestClient, report } from './ingest-client.js';

const TOKEN = 'a-token-for-tests-only';

describe('who may use ingest', () => {
  let platform: Platform;
  let openUrl: string;
  let open: IngestClient;
  let guarded: IngestClient;

  beforeAll(async () => {
    platform = await Platform.start();
    openUrl = await platform.startIngest();
    open = new IngestClient(openUrl);
    guarded = new IngestClient(await platform.startIngest({ token: TOKEN }));
    await Promise.all([open.untilHealthy(), guarded.untilHealthy()]);
  });

  afterAll(async () => await platform?.stop());

  /** `fetch` sets the Host header by itself. */
  async function postTo(host: string): Promise<number | undefined> {
    const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
    const headers = { host, 'content-type': 'application/json' };
    request(`${openUrl}/metrics`, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on('error', reject)
      .end(JSON.stringify(report()));
    return await promise;
  }

  it.each([
    ['no header', {}],
    ['a wrong token', { authorization: 'Bearer a-token-for-tests-onlY' }],
    ['a part of the token', { authorization: `Bearer ${TOKEN.slice(0, -1)}` }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['another scheme', { authorization: `Basic ${TOKEN}` }],
  ])('answers 401 to %s where a token is set', async (_what, headers: Record<string, string>) => {
    for (const answer of [await guarded.post(report(), headers), await guarded.get('/metrics', headers)]) {
      expect(answer.status).toBe(401);
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
      expect(JSON.stringify(answer.body)).not.toContain(TOKEN);
    }
  });

  it('lets the token in, also from a page of another origin', async () => {
    const headers = { authorization: `Bearer ${TOKEN}`, origin: 'https://app.example' };
    expect((await guarded.post(report(), headers)).status).toBe(201);
    expect((await guarded.get('/metrics', headers)).status).toBe(200);
  });

  it('tells its health to everybody', async () => {
    expect((await guarded.get('/health')).status).toBe(200);
    expect((await open.get('/health', { origin: 'https://evil.example' })).status).toBe(200);
  });

  it.each([
    'evil.example',
    'evil.example:8000',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '10.0.0.5',
  ])('answers 403 to the Host %s where no token is set', async (host) => {
    expect(await postTo(host)).toBe(403);
  });

  it.each(['localhost', 'LOCALHOST:8000', '127.0.0.1', '127.0.0.1:8000', '[::1]:8000'])(
    'takes reports for the Host %s',
    async (host) => {
      expect(await postTo(host)).toBe(201);
    },
  );

  it.each(['https://evil.example', 'http://localhost:3000', 'null'])(
    'answers 403 to a page of the origin %s where no token is set',
    async (origin) => {
      expect(await open.post(report(), { origin })).toMatchObject({
        status: 403,
        body: { status: 403, detail: 'Without a token, only local programs may use this service' },
      });
      expect((await open.get('/metrics', { origin })).status).toBe(403);
    },
  );
});
