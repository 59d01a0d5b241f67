import type { ParsedRequest } from '#contracts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RunHistory } from './run-events.js';
import { WriterFixture } from './writer-fixture.js';

let fixture: WriterFixture;

beforeAll(async () => {
  fixture = await WriterFixture.start();
});

afterAll(() => fixture?.stop());

function request(requestId: string, origin: Partial<ParsedRequest['origin']> = {}): ParsedRequest {
  return {
    agent: 'weather',
    requestId,
    request: {},
    origin: { trigger: 'api', requested_at: '2026-11-22T04:00:00.000Z', ...origin },
  };
}

async function idOf(requestId: string): Promise<number> {
  return Number((await fixture.run(requestId))?.['id']);
}

describe('PendingWriter', () => {
  it('adds a row for each run that has none', async () => {
    const refused = await fixture.pending.writePending([
      request('asked-2', { trigger: 'schedule', schedule: 'daily', scheduled_for: '2026-11-22T04:00:00Z' }),
      request('asked-1', { input: { text: '\0' } }),
      request('asked-1'),
    ]);
    expect(refused).toEqual([]);
    expect(await fixture.run('asked-1')).toMatchObject({ status: 'pending', attempt: 0, trigger: 'api' });
    expect(await fixture.run('asked-2')).toMatchObject({
      status: 'pending',
      schedule_name: 'daily',
      scheduled_for: new Date('2026-11-22T04:00:00Z'),
      requested_at: new Date('2026-11-22T04:00:00Z'),
      started_at: null,
      finished_at: null,
    });
  });

  it('leaves runs alone that are there, and uses up no ids for them', async () => {
    await fixture.batches.write([new RunHistory('known').succeeded()]);
    const before = await fixture.run('known');
    await fixture.pending.writePending([request('known'), request('known-not')]);
    await fixture.pending.writePending([request('known'), request('known-not')]);
    await fixture.pending.writePending([request('next')]);
    expect(await fixture.run('known')).toEqual(before);
    const id = Number(before?.['id']);
    expect([await idOf('known-not'), await idOf('next')]).toEqual([id + 1, id + 2]);
  });

  it('gives way to every event', async () => {
    await fixture.pending.writePending([request('overtaken')]);
    const id = await idOf('overtaken');
    const written = await fixture.batches.write([new RunHistory('overtaken').started()]);
    expect(written.get('overtaken')?.runId).toBe(id);
    expect(await fixture.run('overtaken')).toMatchObject({ status: 'running', attempt: 1 });
  });

  it('refuses a request that Postgres cannot store, and adds its neighbours', async () => {
    const poison = request('bad', { scheduled_for: '2026-W47' });
    const refused = await fixture.pending.writePending([request('good-1'), poison, request('good-2')]);
    expect(refused).toEqual([{ item: poison, reason: expect.stringContaining('SQLSTATE 22007') }]);
    expect(await fixture.run('bad')).toBeUndefined();
    expect(await fixture.run('good-1')).toMatchObject({ status: 'pending' });
    expect(await fixture.run('good-2')).toMatchObject({ status: 'pending' });
  });

  it('writes the same requests from many sides at once', async () => {
    const requests = Array.from({ length: 100 }, (_, index) => request(`crowd-${index}`));
    await Promise.all([
      ...Array.from({ length: 3 }, (_, index) =>
        fixture.pending.writePending(index % 2 === 0 ? requests : requests.toReversed()),
      ),
      fixture.batches.write(requests.map(({ requestId }) => new RunHistory(requestId, 'crowd').succeeded())),
    ]);
    const rows = await fixture.query(`SELECT status FROM agent_runs WHERE request_id LIKE 'crowd-%'`);
    expect(rows).toHaveLength(100);
    expect(rows.every(({ status }) => status === 'success')).toBe(true);
  });
});
