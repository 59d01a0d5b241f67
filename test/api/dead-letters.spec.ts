import { requestSubject } from '#contracts';
import { jetstream } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import { ApiAgentsModule } from './api-agents.module.js';
import type { ApiClient } from './api-client.js';
import { startedApi } from './started-api.js';

interface Page {
  readonly items: { readonly id: number; readonly subject: string }[];
  readonly next_cursor: string | null;
}

let platform: Platform;
let client: ApiClient;

beforeAll(async () => {
  platform = await Platform.start();
  await platform.startIngest();
  await platform.startExecutor({}, ApiAgentsModule);
  client = await startedApi(platform);
  const stream = jetstream(await platform.nats());
  for (let number = 1; number <= 3; number += 1) {
    await stream.publish(requestSubject('echo'), `garbage ${number}`);
  }
  await stream.publish('runs.events.some-run', 'no event');
  await vi.waitFor(async () => expect((await letters()).items).toHaveLength(4), { timeout: 10_000 });
});

afterAll(async () => {
  await platform.stop();
});

async function letters(query = ''): Promise<Page> {
  return (await client.get<Page>(`/dead-letters${query}`)).body;
}

describe('dead letters', () => {
  it('are listed newest first, page by page and by filter', async () => {
    const ids = (await letters('?agent=echo')).items.map(({ id }) => id);
    expect(ids).toHaveLength(3);
    expect(ids).toEqual(ids.toSorted((one, other) => other - one));
    const first = await letters('?stage=requests&limit=2');
    expect(first.items.map(({ id }) => id)).toEqual(ids.slice(0, 2));
    const second = await letters(`?stage=requests&limit=2&cursor=${first.next_cursor}`);
    expect([second.items.map(({ id }) => id), second.next_cursor]).toEqual([ids.slice(2), null]);
    expect((await letters('?reason_contains=VALID%20JSON')).items).toHaveLength(4);
    expect((await letters('?reason_contains=nothing')).items).toEqual([]);
  });

  it('are shown as a whole', async () => {
    const [letter] = (await letters('?stage=events')).items;
    const { status, body } = await client.get(`/dead-letters/${letter?.id}`);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: letter?.id,
      stage: 'events',
      subject: 'runs.events.some-run',
      payload_start: 'no event',
      payload_base64: Buffer.from('no event').toString('base64'),
      headers: expect.any(Object),
    });
  });

  it('are sent again one by one, each once', async () => {
    const [letter] = (await letters('?agent=echo')).items;
    const sent = await client.post(`/dead-letters/${letter?.id}/redrive`);
    expect(sent).toMatchObject({ status: 200, body: { id: letter?.id, is_new: true } });
    const again = await client.post(`/dead-letters/${letter?.id}/redrive`);
    expect(again.body).toEqual({ ...sent.body, is_new: false });
  });

  it('are sent again by filter, counted first, which stands in the audit', async () => {
    const filter = { stage: 'events' };
    const preview = await client.post('/dead-letters/redrive', { filter, dry_run: true });
    expect(preview).toMatchObject({
      status: 200,
      body: { matched: 1, redriven: [], skipped: [], next_cursor: null },
    });
    const { body } = await client.post('/dead-letters/redrive', { filter });
    expect(body).toMatchObject({ matched: 1, redriven: [{ is_new: true }], skipped: [] });
    const unknown = await client.post('/dead-letters/redrive', { ids: [999_999] });
    expect(unknown.body).toMatchObject({ redriven: [], skipped: [{ id: 999_999 }] });
    await vi.waitFor(async () => {
      const audit = await client.get<{ items: object[] }>('/audit?action=dead_letters.redrive');
      expect(audit.body.items).toContainEqual(
        expect.objectContaining({ details: { dry_run: false, filter, matched: 1, redriven: 1 } }),
      );
    });
  });

  it.each([
    ['GET', '/dead-letters/0', undefined, 404],
    ['GET', '/dead-letters/999999', undefined, 404],
    ['POST', '/dead-letters/x/redrive', undefined, 404],
    ['POST', '/dead-letters/999999/redrive', undefined, 404],
    ['POST', '/dead-letters/redrive', {}, 422],
    ['POST', '/dead-letters/redrive', { ids: [1], filter: {} }, 422],
    ['POST', '/dead-letters/redrive', { filter: { stage: 'none' } }, 422],
    ['POST', '/dead-letters/redrive', { filter: {}, cursor: '7' }, 422],
    ['GET', '/dead-letters?stage=none', undefined, 422],
    ['GET', `/dead-letters?cursor=${Buffer.from('[1.5]').toString('base64url')}`, undefined, 422],
  ])('%s %s with %j is answered by %i', async (method, path, body, status) => {
    expect((await client.send(method, path, { body })).status).toBe(status);
  });

  it('that can not be sent say why', async () => {
    const [{ id } = { id: 0 }] = await platform.query<{ id: number }>(
      `INSERT INTO dead_letters (stage, reason, stream, sequence, subject, headers, payload, stored_at, dead_at)
       SELECT 'requests', reason, stream, 999999, 'runs.requests.No Agent', headers, payload, stored_at, dead_at
       FROM dead_letters LIMIT 1 RETURNING id`,
    );
    expect(await client.post(`/dead-letters/${id}/redrive`)).toMatchObject({
      status: 409,
      body: { detail: 'Its subject names no agent' },
    });
  });
});
