import { RUN_EVENTS } from '#contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Platform } from '../support/platform.js';
import { JobClient } from './job-client.js';
import { publishHistory, written } from './published-history.js';
import { storedContent, type StoredContent, truncateAll } from './stored-content.js';

const RUNS = 240;
const NOTHING = {
  runs_added: 0,
  runs_changed: 0,
  metrics_added: 0,
  attempts_added: 0,
  log_lines_added: 0,
  dead_letters_added: 0,
  summaries_recounted: 0,
};

describe('replay', () => {
  let platform: Platform;
  let jobs: JobClient;
  let clean: StoredContent;

  beforeAll(async () => {
    platform = await Platform.start();
    await platform.startIngest();
    jobs = new JobClient(platform);
    await publishHistory(platform, RUNS);
    await written(platform);
    clean = await storedContent(platform);
  });

  afterAll(async () => await platform.stop());

  afterEach(async () => {
    expect(await storedContent(platform)).toEqual(clean);
    expect(await jobs.prove()).toMatchObject({ difference_count: 0, missing: 0, not_written_yet: 0 });
  });

  it('changes nothing when all is there, not even versions of rows', async () => {
    const versions = `SELECT xmin, id FROM agent_runs ORDER BY id`;
    const before = await platform.query(versions);

    const report = await jobs.replay();

    expect(report).toMatchObject({ ...NOTHING, unreadable: 0, dry_run: false });
    expect(report.messages).toBeGreaterThan(RUNS);
    expect(await platform.query(versions)).toEqual(before);
  });

  it('rebuilds empty tables', async () => {
    await truncateAll(platform);
    const foretold = await jobs.replay({ dry_run: true });
    expect(await platform.query('SELECT FROM agent_runs')).toEqual([]);

    const report = await jobs.replay();

    expect(report).toEqual(Object.assign(foretold, { dry_run: false }));
    expect(report).toMatchObject({
      runs_added: RUNS,
      metrics_added: clean.metrics.length,
      attempts_added: clean.attempts.length,
      log_lines_added: clean.logs.length,
    });
  });

  it('restores runs that were deleted, and counts them once', async () => {
    await platform.query(`DELETE FROM agent_runs WHERE id % 5 = 0`);
    const [{ left } = { left: 0 }] = await platform.query<{ left: number }>(
      'SELECT count(*)::int AS left FROM agent_runs',
    );
    const foretold = await jobs.replay({ dry_run: true });

    const report = await jobs.replay();

    expect(report).toEqual(Object.assign(foretold, { dry_run: false }));
    expect(report).toMatchObject({ runs_added: RUNS - left, runs_changed: 0 });
    expect(report.summaries_recounted).toBeGreaterThan(0);
  });

  it('restores runs whose tables were truncated while the summaries stayed', async () => {
    await platform.query('TRUNCATE agent_runs, agent_metrics, agent_run_attempts, agent_run_logs');

    expect(await jobs.replay()).toMatchObject({ runs_added: RUNS });
  });

  it('restores metrics, attempts and log lines of runs that are there', async () => {
    const metrics = await platform.query(`DELETE FROM agent_metrics WHERE id % 3 = 0 RETURNING id`);
    const attempts = await platform.query('DELETE FROM agent_run_attempts RETURNING run_id');
    const lines = await platform.query('DELETE FROM agent_run_logs WHERE line = 1 RETURNING id');
    const foretold = await jobs.replay({ dry_run: true });

    const report = await jobs.replay();

    expect(report).toEqual(Object.assign(foretold, { dry_run: false }));
    expect(report).toMatchObject({
      runs_added: 0,
      runs_changed: 0,
      metrics_added: metrics.length,
      attempts_added: attempts.length,
      log_lines_added: lines.length,
    });
  });

  it('restores summaries that were lost or changed', async () => {
    await platform.query('TRUNCATE agent_daily_summaries');
    await platform.query('UPDATE agent_daily_metric_summaries SET sum = sum + 1, min = min - 1');
    const foretold = await jobs.replay({ dry_run: true });

    const report = await jobs.replay();

    expect(report).toEqual(Object.assign(foretold, { dry_run: false }));
    expect(report).toMatchObject({
      ...NOTHING,
      summaries_recounted: clean.summaries.length + clean.metric_summaries.length,
    });
  });

  it('tells rows what they have missed, as those of an old backup', async () => {
    await platform.query(
      `UPDATE agent_runs SET status = 'running', finished_at = NULL, result = NULL, progress = 1,
         progress_at = progress_at - interval '1 second'
       WHERE status = 'success' AND attempt = 2`,
    );
    await platform.query(`DELETE FROM agent_metrics AS m USING agent_runs AS r
      WHERE r.id = m.run_id AND r.status = 'running'`);
    const foretold = await jobs.replay({ dry_run: true });

    const report = await jobs.replay();

    expect(report).toEqual(Object.assign(foretold, { dry_run: false }));
    expect(report).toMatchObject({ runs_added: 0, runs_changed: RUNS / 6 });
  });

  it('restores one run, on its own subject or from a pack, and no other', async () => {
    for (const requestId of ['run-3', 'run-12']) {
      await platform.query(`DELETE FROM agent_runs WHERE request_id = $1`, [requestId]);
      await platform.query(`DELETE FROM agent_runs WHERE request_id = 'run-5'`);

      expect(await jobs.replay({ request_id: requestId })).toMatchObject({ runs_added: 1 });

      expect(await platform.query(`SELECT FROM agent_runs WHERE request_id = $1`, [requestId])).toHaveLength(
        1,
      );
      expect(await platform.query(`SELECT FROM agent_runs WHERE request_id = 'run-5'`)).toHaveLength(0);
      await jobs.replay();
    }
  });

  it('begins and ends where it is told', async () => {
    const manager = await jetstreamManager(await platform.nats());
    const { state } = await manager.streams.info(RUN_EVENTS);
    const tenth = await manager.streams.getMessage(RUN_EVENTS, { seq: 10 });

    expect(await jobs.replay({ from_sequence: 11, to_sequence: 30 })).toMatchObject({ messages: 20 });
    expect(await jobs.replay({ from_sequence: state.last_seq })).toMatchObject({ messages: 1 });
    expect(await jobs.replay({ from_time: tenth?.time.toISOString() })).toMatchObject({
      last_sequence: state.last_seq,
    });
    expect(await jobs.replay({ from_time: '2100-01-01T00:00:00Z' })).toMatchObject({ messages: 0 });
    expect(await jobs.replay({ to_time: '2000-01-01T00:00:00Z' })).toMatchObject({ messages: 0 });
    await expect(jobs.replay({ from_sequence: 1_000_000 })).rejects.toThrow('400: RUN_EVENTS ends at');
    await expect(jobs.replay({ from_sequence: 1, from_time: '2026-01-01T00:00:00Z' })).rejects.toThrow(
      'either from_sequence or from_time may be given',
    );
  });
});
