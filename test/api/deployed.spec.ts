import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DeployedPlatform } from '../deploy/deployed-platform.js';
import { ApiClient } from './api-client.js';
import { ADMIN, loggedIn } from './started-api.js';

interface Page {
  readonly items: Record<string, unknown>[];
}

describe('the api on the deployed platform', () => {
  let platform: DeployedPlatform;
  let client: ApiClient;

  beforeAll(async () => {
    platform = await DeployedPlatform.start({
      INGEST_TOKEN: 'token-of-the-producers',
      API_ADMIN_USER: ADMIN.user,
      API_ADMIN_PASSWORD: ADMIN.password,
    });
    const stranger = new ApiClient(await platform.apiUrl());
    client = await vi.waitFor(async () => await loggedIn(stranger), { timeout: 15_000, interval: 200 });
  }, 90_000);

  afterAll(async () => await platform?.stop());

  it('looks at everything with the rights that NATS and Postgres give', async () => {
    await platform.request('probe', 'asked', {});
    await vi.waitFor(async () => expect((await client.get('/runs/asked')).body['status']).toBe('success'), {
      timeout: 15_000,
      interval: 100,
    });
    const agents = await client.get<Page>('/agents');
    expect(agents).toMatchObject({ status: 200, body: { unavailable: [] } });
    const name = String(agents.body.items[0]?.['name']);
    for (const path of [
      `/agents/${name}`,
      '/queues',
      '/dead-letters',
      `/metrics?agent=${name}`,
      `/metrics/points?agent=${name}&metric=x`,
      `/metrics/daily?agent=${name}`,
      '/summaries',
      '/runs/asked/waiting',
    ]) {
      expect({ path, ...(await client.get(path)) }).toMatchObject({ path, status: 200 });
    }
    expect((await client.get<Page>('/executors')).body.items).toHaveLength(platform.executors.length);
  });

  it('says why a run waits, and changes what it is told to', async () => {
    expect(await client.post('/agents/probe/pause')).toMatchObject({ status: 200 });
    await vi.waitFor(async () => expect((await client.get('/agents/probe')).body['pause']).not.toBeNull());
    const ids: string[] = [];
    while (ids.length < 4) {
      const { body } = await client.post<{ request_id: string }>('/runs', { agent: 'probe' });
      ids.push(body.request_id);
    }
    await vi.waitFor(
      async () => {
        const { body } = await client.get(`/runs/${ids.at(-1)}/waiting`);
        expect(body).toMatchObject({ is_waiting: true, ahead: expect.any(Number), unknown: [] });
        expect(body['reasons']).toContainEqual(expect.objectContaining({ reason: 'agent_paused' }));
      },
      { timeout: 10_000 },
    );
    expect(await client.post('/runs/cancel', { agent: 'probe' })).toMatchObject({ status: 200 });
    expect(await client.post('/agents/probe/resume')).toMatchObject({ body: { changed: true } });
    const proof = await client.post('/proofs');
    expect(proof.status).toBe(202);
    await vi.waitFor(
      async () => {
        const { body } = await client.get(`/jobs/${String(proof.body['job_id'])}`);
        expect(body['state']).toBe('done');
      },
      { timeout: 20_000 },
    );
  }, 60_000);

  it('begins runs later, makes schedules and fills in what they lack', async () => {
    const run_at = new Date(Date.now() + 1_500).toISOString();
    const later = await client.post<{ request_id: string }>('/runs', { agent: 'probe', run_at });
    expect(later.status).toBe(202);
    const { body } = await client.post<{ request_id: string }>('/runs', { agent: 'probe', run_at });
    expect((await client.get<Page>('/later-runs')).body.items).toHaveLength(2);
    expect((await client.post(`/runs/${body.request_id}/cancel`)).body).toMatchObject({
      status: 'cancelled',
    });
    expect(await client.post('/schedules', { agent: 'probe', name: 'made', every_ms: 60_000 })).toMatchObject(
      {
        status: 201,
      },
    );
    const path = '/schedules/probe/made';
    expect((await client.send('PATCH', path, { body: { overlap: 'allow' } })).status).toBe(200);
    expect((await client.post(`${path}/pause`, {})).status).toBe(200);
    expect((await client.post(`${path}/resume`)).status).toBe(200);
    const [from, to] = [-180_000, -60_000].map((each) => new Date(Date.now() + each).toISOString());
    const backfill = await client.post<{ job_id: string }>(`${path}/backfills`, { from, to });
    expect(backfill.status).toBe(202);
    await vi.waitFor(
      async () => {
        const found = await client.get(`${path}/backfills/${backfill.body.job_id}`);
        expect(found.body['state']).toBe('done');
        expect((await client.get<Page>(`${path}/fires?outcome=backfilled`)).body.items).toHaveLength(2);
        const run = await client.get(`/runs/${later.body.request_id}`);
        expect(run.body).toMatchObject({ status: 'success', scheduled_for: run_at });
        expect((await client.get<Page>('/later-runs')).body.items).toEqual([]);
      },
      { timeout: 15_000, interval: 100 },
    );
    expect((await client.send('DELETE', path)).status).toBe(204);
  }, 60_000);

  it('did nothing that NATS forbids, nor did the executors', async () => {
    const violations = await platform.nats.violations();
    expect(violations.filter((line) => /user:(api|executor)/.test(line))).toEqual([]);
  });
});
