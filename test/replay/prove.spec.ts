import { eventSubject, packSubject, RUN_EVENTS, START_PROOF_SUBJECT, START_REPLAY_SUBJECT } from '#contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { RunHistory } from '../ingest-writer/run-events.js';
import { Platform } from '../support/platform.js';
import { JobClient } from './job-client.js';
import { publish, publishHistory, written } from './published-history.js';
import { storedContent } from './stored-content.js';

const RUNS = 120;

describe('prove', () => {
  let platform: Platform;
  let jobs: JobClient;
  /** What it has published beside the history. */
  let sequence = 0;

  const history = (name: string): RunHistory => new RunHistory(name, 'agent_0');
  const publishFinal = async (name: string): Promise<void> => {
    await publish(platform, [[eventSubject(name), history(name).succeeded(1, { price: 1.5 })]]);
  };
  const differences = async (): Promise<readonly [string, string][]> =>
    (await jobs.prove()).differences.map(({ kind, of }) => [kind, of]);

  beforeAll(async () => {
    platform = await Platform.start();
    await platform.startIngest();
    jobs = new JobClient(platform);
    await publishHistory(platform, RUNS);
    await written(platform);
  });

  afterAll(async () => await platform.stop());

  it('adds up what was published', async () => {
    const report = await jobs.prove();

    expect(report).toMatchObject({ difference_count: 0, duplicates: 0, dead_letters: 0, missing: 0 });
    expect(report.stored).toBe(report.published);
    expect(report.messages).toBe(report.last_sequence);
  });

  it.each([
    ['run', `DELETE FROM agent_runs WHERE request_id = 'run-1'`, 'run', 'run-1'],
    [
      'status of a row',
      `UPDATE agent_runs SET status = 'running', finished_at = NULL WHERE request_id = 'run-2'`,
      'status',
      'run-2',
    ],
    [
      'metric',
      `DELETE FROM agent_metrics AS m USING agent_runs AS r
       WHERE r.id = m.run_id AND request_id = 'run-7' AND metric_name = 'price'`,
      'metrics',
      'run-7',
    ],
    [
      'attempt',
      `DELETE FROM agent_run_attempts AS a USING agent_runs AS r WHERE r.id = a.run_id AND request_id = 'run-8'`,
      'attempt',
      'run-8',
    ],
    [
      'line of a log',
      `DELETE FROM agent_run_logs AS l USING agent_runs AS r
       WHERE r.id = l.run_id AND request_id = 'run-9' AND line = 0`,
      'log',
      'run-9',
    ],
    [
      'summary of runs',
      `DELETE FROM agent_daily_summaries WHERE agent_name = 'agent_1' AND day = '2026-11-22'`,
      'summary',
      'agent_1 2026-11-22',
    ],
    [
      'summary of a metric',
      `UPDATE agent_daily_metric_summaries SET max = max + 1
       WHERE agent_name = 'agent_2' AND day = '2026-11-22' AND metric_name = 'price'`,
      'summary',
      'agent_2 2026-11-22',
    ],
  ])('finds a missing or altered %s, which a replay restores', async (_, damage, kind, of) => {
    await platform.query(damage);

    expect(await differences()).toContainEqual([kind, of]);
    await jobs.replay();

    expect(await differences()).toEqual([]);
  });

  it('counts a second end of a run as a duplicate, and a replay leaves the first alone', async () => {
    const before = await jobs.prove();
    await publish(platform, [
      [eventSubject('twice'), history('twice').succeeded(1, { price: 1 })],
      [eventSubject('twice'), history('twice').succeeded(2, { price: 2, other: 3 })],
    ]);
    await written(platform);
    const content = await storedContent(platform);

    expect(await jobs.replay()).toMatchObject({ runs_added: 0, metrics_added: 0 });

    expect(await jobs.prove()).toMatchObject({
      duplicates: before.duplicates + 1,
      stored: before.stored + 1,
      difference_count: 0,
    });
    expect(await storedContent(platform)).toEqual(content);
  });

  it('counts dead letters, misses those that were lost, and a replay restores them', async () => {
    const before = await jobs.prove();
    const pack = [history('packed').succeeded(1, {}), { type: 'nonsense' }, 7];
    await publish(platform, [
      [eventSubject('poison'), { type: 'nonsense' }],
      [packSubject('executor-1'), pack],
    ]);
    await written(platform);
    await vi.waitFor(async () => expect(await platform.query('SELECT FROM dead_letters')).toHaveLength(2));
    const content = await storedContent(platform);

    expect(await jobs.prove()).toMatchObject({
      dead_letters: before.dead_letters + 3,
      stored: before.stored + 1,
      difference_count: 0,
    });

    await platform.query('DELETE FROM dead_letters');
    const { last_sequence: last } = await jobs.prove();
    expect(await differences()).toEqual(
      [last - 1, last, last]
        .map((place) => ['message', `${RUN_EVENTS} ${place}`])
        .concat([['dead_letter', 'DEAD_LETTERS']]),
    );

    const report = await jobs.replay();
    expect(report).toMatchObject({ dead_letters_added: 2, unreadable: 3 });
    expect(report.unreadable_messages[0]).toMatchObject({ stream: RUN_EVENTS, sequence: last - 1 });
    expect(await storedContent(platform)).toEqual(content);
    const manager = await jetstreamManager(await platform.nats());
    expect((await manager.streams.info('DEAD_LETTERS')).state.messages).toBe(2);
  });

  it('finds rows that belong to no run', async () => {
    await platform.query('ALTER TABLE agent_metrics DROP CONSTRAINT agent_metrics_run_id_fkey');
    await platform.query(
      `INSERT INTO agent_metrics (run_id, agent_name, metric_name, metric_text, recorded_at)
       VALUES (-1, 'agent_0', 'lost', 'x', '2026-11-22')`,
    );

    expect(await differences()).toEqual([['row_without_run', 'run_id -1']]);

    await platform.query('DELETE FROM agent_metrics WHERE run_id = -1');
  });

  it('recounts summaries when it is asked to', async () => {
    const content = await storedContent(platform);
    await platform.query('UPDATE agent_daily_summaries SET duration_ms_max = 1, runs_failed = 99');
    await platform.query('TRUNCATE agent_daily_metric_summaries');
    expect((await jobs.prove()).difference_count).toBeGreaterThan(0);

    expect(await jobs.prove({ repair: true })).toMatchObject({ difference_count: 0 });

    expect(await storedContent(platform)).toEqual(content);
  });

  it('recounts summaries of runs that are gone, to which others are added later', async () => {
    await publishFinal('alone');
    await written(platform);
    const content = await storedContent(platform);
    await platform.query('TRUNCATE agent_runs, agent_metrics, agent_run_attempts, agent_run_logs');
    await jobs.prove({ repair: true });
    expect(await storedContent(platform)).toMatchObject({ summaries: [], metric_summaries: [] });

    await jobs.replay();

    expect(await storedContent(platform)).toEqual(content);
  });

  describe('while live traffic is held up', () => {
    let lock: Client;

    beforeAll(async () => {
      lock = new Client({ connectionString: platform.databaseUrl });
      await lock.connect();
      await lock.query('BEGIN');
      await lock.query('LOCK TABLE agent_runs IN SHARE MODE');
      for (; sequence < 1_500; sequence += 1) {
        await publishFinal(`late-${sequence}`);
      }
    });

    afterAll(async () => await lock.end());

    it('does not take for missing what is not written yet', async () => {
      const report = await jobs.prove();

      expect(report.not_written_yet).toBe(1_500);
      expect(report.differences).toEqual([]);
    });

    it('has a replay wait until live traffic is through', async () => {
      const job = await jobs.begun(START_REPLAY_SUBJECT, { dry_run: true });
      await vi.waitFor(
        async () => expect((await jobs.status(job)).waits_for).toBe('live traffic, 1500 messages'),
        { timeout: 5_000 },
      );
      expect(await jobs.status(job)).toMatchObject({ state: 'running', done: 0 });

      await lock.query('COMMIT');

      await vi.waitFor(async () => expect(await jobs.status(job)).toMatchObject({ state: 'done' }), {
        timeout: 15_000,
      });
      await written(platform);
      expect(await jobs.prove()).toMatchObject({ not_written_yet: 0, difference_count: 0 });
    });
  });

  it('lets a replay handle no more events a second than it is told', async () => {
    const rate = 200;
    const startedAtMs = performance.now();
    const job = await jobs.begun(START_REPLAY_SUBJECT, { dry_run: true, events_per_second: rate });
    for (let asked = 0; asked < 20; asked += 1) {
      const { done } = await jobs.status(job);
      // A quarter of a second's worth at once, and what one more message may bring.
      expect(done).toBeLessThanOrEqual(((performance.now() - startedAtMs) / 1_000 + 0.5) * rate + 1);
      await vi.waitFor(async () => expect((await jobs.status(job)).done).toBeGreaterThan(done), {
        timeout: 5_000,
        interval: 20,
      });
    }
    expect(await jobs.status(job, 'stop')).toMatchObject({ job_id: job.job_id });
    await vi.waitFor(async () => expect(await jobs.status(job)).toMatchObject({ state: 'stopped' }));
  });

  it('refuses what is no command', async () => {
    await expect(jobs.begun(START_PROOF_SUBJECT, { repair: 'yes' })).rejects.toThrow(
      '400: repair must be true or false',
    );
    await expect(jobs.begun(START_REPLAY_SUBJECT, { request_id: 'a b' })).rejects.toThrow('400: request_id');
    await expect(jobs.begun(START_REPLAY_SUBJECT, { colour: 'red' })).rejects.toThrow('not a known field');
  });
});
