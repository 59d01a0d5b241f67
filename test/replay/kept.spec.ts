import { eventSubject, executorConsumer, requestSubject, RUN_REQUESTS } from '#contracts';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RunHistory } from '../ingest-writer/run-events.js';
import { IngestClient } from '../ingest/ingest-client.js';
import { Platform } from '../support/platform.js';
import { JobClient } from './job-client.js';
import { publish, publishHistory, written } from './published-history.js';
import { LiveTraffic } from './live-traffic.js';
import { storedContent, truncateAll } from './stored-content.js';

const DAY_MS = 86_400_000;

describe('replay and prove', () => {
  let platform: Platform;
  let jobs: JobClient;

  beforeEach(async () => {
    platform = await Platform.start();
    jobs = new JobClient(platform);
  });

  afterEach(async () => await platform.stop());

  it('neither miss nor restore metrics that retention has removed', async () => {
    const old = new RunHistory('old', 'agent_0', Date.now() - 100 * DAY_MS);
    const young = new RunHistory('young', 'agent_0', Date.now() - DAY_MS);
    await platform.startIngest({ retentionMetricsDays: 30, retentionLogsDays: 30 });
    await publish(platform, [
      [eventSubject('old'), old.succeeded(1, { price: 1 })],
      [eventSubject('young'), young.succeeded(1, { price: 2 })],
    ]);
    await written(platform);
    await platform.query(
      `SELECT agent_partition_delete_default('agent_metrics', now() - interval '30 days', 10)`,
    );
    const content = await storedContent(platform);
    expect(content.metrics).toHaveLength(1);
    expect(content.metric_summaries).toHaveLength(2);

    expect(await jobs.prove()).toMatchObject({ difference_count: 0, stored: 2 });
    expect(await jobs.replay()).toMatchObject({ metrics_added: 0, summaries_recounted: 0 });
    await platform.query(`DELETE FROM agent_runs WHERE request_id = 'young'`);
    expect(await jobs.replay()).toMatchObject({ runs_added: 1, metrics_added: 1 });

    expect(await storedContent(platform)).toEqual(content);
    expect(await jobs.prove()).toMatchObject({ difference_count: 0 });
  });

  it('put what is restored into partitions of its month', async () => {
    const from = Date.now() - 60 * DAY_MS;
    await platform.startIngest();
    await publish(platform, [
      [eventSubject('old'), new RunHistory('old', 'agent_0', from).succeeded(1, { a: 1 })],
    ]);
    await written(platform);
    await truncateAll(platform);

    await jobs.replay();

    const [row] = await platform.query<{ partition: string }>(
      'SELECT tableoid::regclass::text AS partition FROM agent_metrics',
    );
    expect(row?.partition).toMatch(/^agent_metrics_20\d{4}$/);
    expect(await jobs.prove()).toMatchObject({ difference_count: 0 });
  });

  it('restore the rows of requests that still wait, and of no others', async () => {
    await platform.startIngest();
    const client = jetstream(await platform.nats());
    const manager = await jetstreamManager(await platform.nats());
    const durable = executorConsumer('sleepy');
    await manager.consumers.add(RUN_REQUESTS, {
      durable_name: durable,
      ack_policy: 'explicit',
      filter_subject: requestSubject('sleepy'),
    });
    for (const id of ['done', 'named', undefined]) {
      const withId = headers();
      if (id !== undefined) {
        withId.set('Nats-Msg-Id', id);
      }
      await client.publish(requestSubject('sleepy'), '{"input":{"n":1}}', { headers: withId });
    }
    const done = await (await client.consumers.get(RUN_REQUESTS, durable)).next();
    await done?.ackAck();
    await vi.waitFor(async () => expect(await platform.query('SELECT FROM agent_runs')).toHaveLength(3), {
      timeout: 10_000,
    });
    const content = await storedContent(platform);
    await truncateAll(platform);

    expect(await jobs.replay({ dry_run: true })).toMatchObject({ runs_added: 2 });
    expect(await jobs.replay()).toMatchObject({ runs_added: 2 });
    expect(await jobs.replay()).toMatchObject({ runs_added: 0 });

    const waiting = content.runs.filter((row) => !('request_id' in row && row.request_id === 'done'));
    expect((await storedContent(platform)).runs).toEqual(waiting);
  });

  it('agree at every moment of live traffic through two ingests, and disturb none of it', async () => {
    const ingests = [await platform.startIngest(), await platform.startIngest()];
    await Promise.all(ingests.map(async (url) => await new IngestClient(url).untilHealthy()));
    const traffic = new LiveTraffic(platform);
    const differences: unknown[] = [];
    for (let time = 1; time <= 4; time += 1) {
      const { differences: found } = await jobs.prove();
      const { runs_added, runs_changed, metrics_added, summaries_recounted, unreadable } =
        await jobs.replay();
      differences.push(...found);
      expect({ runs_added, runs_changed, metrics_added, summaries_recounted, unreadable }).toEqual({
        runs_added: 0,
        runs_changed: 0,
        metrics_added: 0,
        summaries_recounted: 0,
        unreadable: 0,
      });
    }
    const published = await traffic.stop();
    await written(platform);

    expect(differences).toEqual([]);
    expect(await jobs.prove()).toMatchObject({
      difference_count: 0,
      published,
      stored: published,
    });
    expect(await platform.query('SELECT FROM dead_letters')).toEqual([]);
  }, 90_000);

  it('restore exactly what was deleted while live traffic counts on the same days', async () => {
    await platform.startIngest();
    const traffic = new LiveTraffic(platform);
    for (let time = 1; time <= 4; time += 1) {
      await vi.waitFor(async () => {
        const deleted = await platform.query(
          `DELETE FROM agent_runs WHERE finished_at IS NOT NULL AND id % 7 = $1 RETURNING id`,
          [time],
        );
        expect(deleted).not.toEqual([]);
      });
      await platform.query('UPDATE agent_daily_metric_summaries SET max = max + 1');
      expect((await jobs.replay()).runs_added).toBeGreaterThan(0);
    }
    const published = await traffic.stop();
    await written(platform);
    await jobs.replay();

    expect(await jobs.prove()).toMatchObject({ difference_count: 0, stored: published });
  }, 90_000);

  it('go on when the broker is started again', async () => {
    await platform.startIngest();
    await publishHistory(platform, 600);
    await written(platform);
    const content = await storedContent(platform);
    await truncateAll(platform);
    const replay = jobs.replay();
    await vi.waitFor(async () => expect(await platform.query('SELECT FROM agent_runs')).not.toEqual([]));
    await platform.servers.nats.kill();
    await platform.servers.nats.restart();

    // Whoever asks may be told that nobody answers just now, as the command line may.
    await replay.catch(() => undefined);
    await vi.waitFor(async () => await jobs.replay(), { timeout: 15_000, interval: 500 });

    expect(await storedContent(platform)).toEqual(content);
    expect(await jobs.prove()).toMatchObject({ difference_count: 0 });
  }, 90_000);
});
