import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';
import { ApiAgentsModule } from './api-agents.module.js';
import type { ApiClient } from './api-client.js';
import { startedApi } from './started-api.js';

interface Started {
  readonly job_id: string;
  readonly lease_ms: number;
}

let platform: Platform;
let client: ApiClient;

beforeAll(async () => {
  platform = await Platform.start();
  await platform.startExecutor({}, ApiAgentsModule);
  client = await startedApi(platform);
});

afterAll(async () => {
  await platform.stop();
});

async function ended(id: string): Promise<Record<string, unknown>> {
  return await vi.waitFor(
    async () => {
      const { body } = await client.get(`/jobs/${id}`);
      expect(body['state']).not.toBe('running');
      return body;
    },
    { timeout: 15_000, interval: 50 },
  );
}

describe('replay and proof', () => {
  it('need an ingest', async () => {
    expect(await client.post('/proofs')).toMatchObject({
      status: 503,
      headers: { 'retry-after': expect.any(String) },
      body: { detail: 'No ingest is there to do this' },
    });
  });

  it('are begun, followed to their end and written down', async () => {
    await platform.startIngest();
    const { body: run } = await client.post<{ request_id: string }>('/runs', {
      agent: 'echo',
      input: { n: 1 },
    });
    await vi.waitFor(
      async () =>
        expect((await client.get(`/runs/${run.request_id}`)).body['run_id']).toEqual(expect.any(Number)),
      { timeout: 10_000 },
    );
    const proof = await client.post<Started>('/proofs', {});
    expect(proof).toMatchObject({ status: 202, body: { lease_ms: expect.any(Number) } });
    expect(await ended(proof.body.job_id)).toMatchObject({ state: 'done', report: { difference_count: 0 } });
    await platform.query('DELETE FROM agent_metrics');
    await platform.query('DELETE FROM agent_runs');
    const replay = await client.post<Started>('/replays', {});
    expect(replay.status).toBe(202);
    expect(await ended(replay.body.job_id)).toMatchObject({
      job_id: replay.body.job_id,
      state: 'done',
      report: { dry_run: false, runs_added: 1 },
    });
    await vi.waitFor(async () => {
      const audit = await client.get<{ items: object[] }>(`/audit?target=${replay.body.job_id}`);
      expect(audit.body.items).toMatchObject([{ action: 'replays.start', outcome: 'done', status: 202 }]);
    });
  }, 40_000);

  it('are stopped', async () => {
    const { body } = await client.post<Started>('/replays', { events_per_second: 1, dry_run: true });
    const stopped = await client.post(`/jobs/${body.job_id}/stop`);
    expect(stopped.status).toBe(202);
    expect(['stopped', 'done']).toContain((await ended(body.job_id))['state']);
  });

  it.each([
    ['POST', '/replays', { from_sequence: 0 }, 422],
    ['POST', '/replays', { from_sequence: 1, from_time: '2026-01-01T00:00:00Z' }, 422],
    ['POST', '/replays', { by: 'somebody else' }, 422],
    ['POST', '/proofs', { repair: 'yes' }, 422],
    ['GET', '/jobs/no-such-job', undefined, 404],
    ['GET', '/jobs/%3E', undefined, 404],
    ['POST', '/jobs/no-such-job/stop', undefined, 404],
  ])('%s %s with %j is answered by %i', async (method, path, body, status) => {
    expect((await client.send(method, path, { body })).status).toBe(status);
  });
});
