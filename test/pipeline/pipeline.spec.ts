import { headers } from '@nats-io/transport-node';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { TickerAgent } from '../processes/agents/ticker.agent.js';
import { SpecAgentsModule } from '../processes/agents/spec-agents.module.js';
import { Module } from '@nestjs/common';
import { Platform } from '../support/platform.js';

@Module({ imports: [SpecAgentsModule], providers: [TickerAgent] })
class PipelineAgentsModule {}

interface Run {
  id: string;
  request_id: string;
  status: string;
  trigger: string;
  attempt: number;
  schedule_name: string | null;
  input: unknown;
  result: unknown;
  error_message: string | null;
  failure_reason: string | null;
}

describe('the pipeline', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await Platform.start();
    await platform.startIngest();
    await platform.startExecutor({}, PipelineAgentsModule);
    await platform.startScheduler();
  });

  afterAll(async () => await platform.stop());

  async function finishedRun(where: string, values: unknown[]): Promise<Run> {
    return await vi.waitFor(
      async () => {
        const [run] = await platform.query<Run>(
          `SELECT * FROM agent_runs WHERE ${where} AND finished_at IS NOT NULL`,
          values,
        );
        expect(run).toBeDefined();
        return run!;
      },
      { timeout: 10_000, interval: 25 },
    );
  }

  it('turns a schedule into runs with metrics', async () => {
    const run = await finishedRun("agent_name = $1 AND status = 'success'", ['ticker']);
    expect(run).toMatchObject({
      trigger: 'schedule',
      schedule_name: 'every_second',
      attempt: 1,
      input: { from: 'schedule' },
    });
    expect(run.request_id).toMatch(/^ticker-every_second-\d{8}T\d{6}Z$/);
    const metrics = await platform.query(
      'SELECT metric_name, metric_value FROM agent_metrics WHERE run_id = $1',
      [run.id],
    );
    expect(metrics).toEqual([{ metric_name: 'ticks', metric_value: '1' }]);
  });

  it('runs what a plain NATS client publishes, without headers and even without a body', async () => {
    const nats = await platform.nats();
    nats.publish('runs.requests.echo', '{"input":{"plain":7,"ok":true,"note":"hello"}}');
    nats.publish('runs.requests.flaky');
    const echo = await finishedRun("agent_name = $1 AND input->>'plain' = '7'", ['echo']);
    expect(echo).toMatchObject({ status: 'success', trigger: 'message' });
    expect(echo.request_id).toMatch(/^req-\d+-[a-z0-9]+$/);
    const metrics = await platform.query(
      'SELECT metric_name, metric_value, metric_text FROM agent_metrics WHERE run_id = $1 ORDER BY 1',
      [echo.id],
    );
    expect(metrics).toEqual([
      { metric_name: 'note', metric_value: null, metric_text: 'hello' },
      { metric_name: 'ok', metric_value: '1', metric_text: null },
      { metric_name: 'plain', metric_value: '7', metric_text: null },
    ]);
    expect(await finishedRun('agent_name = $1', ['flaky'])).toMatchObject({ status: 'success', attempt: 1 });
  });

  it('makes one run of a request_id, however often it is published', async () => {
    const nats = await platform.nats();
    const identity = headers();
    identity.set('Nats-Msg-Id', 'published-three-times');
    for (let time = 0; time < 3; time += 1) {
      nats.publish('runs.requests.echo', '{"input":{"n":1}}', { headers: identity });
    }
    const run = await finishedRun('request_id = $1', ['published-three-times']);
    expect(run.result).toEqual({ attempt: 1, requestId: 'published-three-times' });
    const rows = await platform.query('SELECT 1 FROM agent_runs WHERE request_id = $1', [
      'published-three-times',
    ]);
    expect(rows).toHaveLength(1);
  });

  it('shows a run that waits or works before it is over', async () => {
    const nats = await platform.nats();
    const identity = headers();
    identity.set('Nats-Msg-Id', 'takes-a-while');
    nats.publish('runs.requests.sleeper', '{"input":{"ms":2500}}', { headers: identity });
    await vi.waitFor(
      async () => {
        const [run] = await platform.query<Run>(
          "SELECT status FROM agent_runs WHERE request_id = 'takes-a-while'",
        );
        expect(run?.status).toBe('running');
      },
      { timeout: 2_000, interval: 25 },
    );
    expect(await finishedRun('request_id = $1', ['takes-a-while'])).toMatchObject({ status: 'success' });
  });

  it('retries a failed attempt and keeps each of them', async () => {
    const nats = await platform.nats();
    nats.publish('runs.requests.flaky', '{"input":{"succeed_at":3}}');
    const run = await finishedRun("agent_name = $1 AND input->>'succeed_at' = '3'", ['flaky']);
    expect(run).toMatchObject({ status: 'success', attempt: 3 });
    const attempts = await platform.query(
      'SELECT attempt, reason, error_message FROM agent_run_attempts WHERE run_id = $1 ORDER BY 1',
      [run.id],
    );
    expect(attempts).toEqual([
      { attempt: 1, reason: 'error', error_message: 'Error: attempt 1 fails on purpose' },
      { attempt: 2, reason: 'error', error_message: 'Error: attempt 2 fails on purpose' },
    ]);
  });

  it('fails a run with its last attempt, and by the request’s own limit', async () => {
    const nats = await platform.nats();
    nats.publish('runs.requests.flaky', '{"input":{"succeed_at":99}}');
    nats.publish('runs.requests.flaky', '{"input":{"succeed_at":98},"attempt_limit":1}');
    expect(await finishedRun("input->>'succeed_at' = '99'", [])).toMatchObject({
      status: 'failed',
      attempt: 3,
      failure_reason: 'error',
      error_message: 'Error: attempt 3 fails on purpose',
    });
    expect(await finishedRun("input->>'succeed_at' = '98'", [])).toMatchObject({
      status: 'failed',
      attempt: 1,
    });
  });

  it('ends a run at its time limit, at its deadline, or when its output can not be stored', async () => {
    const nats = await platform.nats();
    nats.publish('runs.requests.slow', '{}');
    nats.publish('runs.requests.echo', '{"deadline":"2020-01-01T00:00:00Z"}');
    nats.publish('runs.requests.unstorable', '{}');
    nats.publish('runs.requests.unstorable', '{"input":{"bytes":2000000}}');
    expect(await finishedRun('agent_name = $1', ['slow'])).toMatchObject({
      status: 'failed',
      failure_reason: 'timeout',
      error_message: 'The time limit of 300 ms is over',
    });
    expect(await finishedRun("failure_reason = 'deadline'", [])).toMatchObject({
      agent_name: 'echo',
      status: 'failed',
    });
    const nested = await finishedRun('agent_name = $1 AND input IS NULL', ['unstorable']);
    expect(nested.error_message).toContain('metric "nested" must be a number, a boolean or text');
    const large = await finishedRun('agent_name = $1 AND input IS NOT NULL', ['unstorable']);
    expect(large.error_message).toMatch(/take 2\d{6} bytes; a run may have 1044480/);
  });

  it('answers a request for an unknown agent with a failed run and a dead letter', async () => {
    const nats = await platform.nats();
    nats.publish('runs.requests.nobody', '{"input":{}}');
    const run = await finishedRun('agent_name = $1', ['nobody']);
    expect(run).toMatchObject({
      status: 'failed',
      failure_reason: 'refused',
      error_message: 'No executor serves an agent named nobody',
    });
  });

  it('puts garbage into the dead letters, once, and goes on', async () => {
    const nats = await platform.nats();
    nats.publish('runs.requests.echo', 'not json');
    nats.publish('runs.requests.echo', '{"inptu":{}}');
    nats.publish('runs.events.some-run', 'not json either');
    nats.publish('runs.events.some-run', '{"type":"succeeded"}');
    nats.publish('runs.requests.echo', '{"input":{"after_garbage":1}}');
    await finishedRun("input->>'after_garbage' = '1'", []);
    const letters = await vi.waitFor(
      async () => {
        const rows = await platform.query<{ subject: string; reason: string; payload: Buffer }>(
          "SELECT subject, reason, payload FROM dead_letters WHERE subject <> 'runs.requests.nobody' ORDER BY id",
        );
        expect(rows.length).toBeGreaterThanOrEqual(4);
        return rows;
      },
      { timeout: 5_000, interval: 50 },
    );
    const reasons = letters.map(({ subject, reason }) => `${subject}: ${reason}`).toSorted();
    expect(reasons).toEqual([
      expect.stringContaining('runs.events.some-run: '),
      'runs.events.some-run: the message must be valid JSON in UTF-8',
      'runs.requests.echo: inptu is not a known field',
      'runs.requests.echo: the message must be valid JSON in UTF-8',
    ]);
    expect(letters.map(({ payload }) => payload.toString())).toContain('not json');
  });

  it('keeps daily summaries that equal a recomputation from the rows', async () => {
    const difference = await vi.waitFor(async () => {
      const rows = await platform.query(`
        WITH stored AS (
          SELECT agent_name, day, runs_success, runs_failed FROM agent_daily_summaries
        ), computed AS (
          SELECT agent_name, (finished_at AT TIME ZONE 'UTC')::date AS day,
            count(*) FILTER (WHERE status = 'success') AS runs_success,
            count(*) FILTER (WHERE status = 'failed') AS runs_failed
          FROM agent_runs WHERE finished_at IS NOT NULL AND agent_name <> 'ticker' GROUP BY 1, 2
        )
        SELECT * FROM (SELECT * FROM stored WHERE agent_name <> 'ticker') s
        FULL JOIN computed c USING (agent_name, day)
        WHERE s.runs_success IS DISTINCT FROM c.runs_success OR s.runs_failed IS DISTINCT FROM c.runs_failed`);
      return rows;
    });
    expect(difference).toEqual([]);
  });
});
