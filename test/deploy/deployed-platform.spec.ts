import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ExecutorIdentity } from '../../apps/executor/src/identity/executor-identity.js';
import { HeldRuns } from '../../apps/executor/src/leases/held-runs.js';
import { HolderInquiry } from '../../apps/executor/src/leases/holder-inquiry.js';
import { StreamTrimmer } from '../../apps/ingest/src/trimming/stream-trimmer.js';
import { ApiClient } from '../api/api-client.js';
import { EventSource } from '../api/event-source.js';
import { loggedIn } from '../api/started-api.js';
import { MailServer } from '../notifier/mail-server.js';
import { held } from './deployed-agents.module.js';
import { DeployedPlatform } from './deployed-platform.js';

const TOKEN = 'token-of-the-producers';
const ADMIN = { user: 'admin', password: 'only-for-this-spec' };
const TO = 'ana@example.com';
const ENDED = { timeout: 15_000, interval: 100 };

describe('the deployed platform', () => {
  let mail: MailServer;
  let platform: DeployedPlatform;

  beforeAll(async () => {
    mail = await MailServer.start();
    platform = await DeployedPlatform.start({
      INGEST_TOKEN: TOKEN,
      API_ADMIN_PASSWORD: ADMIN.password,
      RUN_REQUESTS_MAX_BYTES: '1048576', // the smallest bound, which is soon reached
      SMTP_URL: mail.url,
      MAIL_FROM: 'Agents <agents@example.com>',
      NOTIFIER_DEFAULT_EMAILS: TO,
    });
  });

  afterAll(async () => {
    held.resolve();
    await platform?.stop();
    await mail?.stop();
  });

  async function expectRun(requestId: string, row: object): Promise<void> {
    await vi.waitFor(async () => expect(await platform.run(requestId)).toMatchObject(row), ENDED);
  }

  it('keeps the row of a scheduled run, for the web application to read', async () => {
    await vi.waitFor(async () => {
      const { rows } = await platform.webapp.query(
        `SELECT r.agent_name, r.status, m.metric_name FROM agent_runs r JOIN agent_metrics m ON m.run_id = r.id
         WHERE r.trigger = 'schedule'`,
      );
      expect(rows).toContainEqual({ agent_name: 'probe', status: 'success', metric_name: 'attempt' });
    }, ENDED);
  });

  it('runs what an operator asks for, and again when an attempt fails', async () => {
    await platform.request('probe', 'retried', { input: { fail_first: true } });

    await vi.waitFor(async () => {
      expect(await platform.run('retried')).toMatchObject({ status: 'success', attempt: 2 });
    }, ENDED);
  });

  it('lets executors ask each other what they hold', async () => {
    await platform.request('probe', 'held', { input: { wait: true } });
    const holder = await vi.waitFor(() => {
      const found = platform.executors.find((executor) => executor.get(HeldRuns).holds('held'));
      if (found === undefined) {
        throw new Error('Nobody holds the run yet');
      }
      return found;
    }, ENDED);
    const inquiry = platform.executors.find((executor) => executor !== holder)!.get(HolderInquiry);

    const { id } = holder.get(ExecutorIdentity);
    expect(await inquiry.isHeldBy(id, 'held')).toBe(true);
    expect(await inquiry.isHeldBy(id, 'another')).toBe(false);
    expect(await inquiry.isHeldByAnyone('held')).toBe(true);

    await expectRun('held', { status: 'running' });
    held.resolve();
    await expectRun('held', { status: 'success' });
  });

  it('lets agents keep something between their runs', async () => {
    await platform.request('probe', 'caching', { input: { cache: true } });

    await vi.waitFor(async () => {
      const { rows } = await platform.webapp.query(
        `SELECT m.metric_value FROM agent_runs r JOIN agent_metrics m ON m.run_id = r.id
         WHERE r.request_id = 'caching' AND m.metric_name = 'cached'`,
      );
      expect(rows).toEqual([{ metric_value: '1' }]);
    }, ENDED);
  });

  it('lets nobody in over HTTP but those who log in or have a token', async () => {
    const anybody = new ApiClient(await platform.apiUrl());
    expect((await anybody.get('/runs')).status).toBe(401);
    const admin = await vi.waitFor(async () => await loggedIn(anybody, ADMIN), ENDED);
    const { body: token } = await admin.post<{ id: string; token: string }>('/tokens', {
      name: 'shop',
      scopes: ['operate', 'read', 'ingest'],
    });
    const program = anybody.withToken(token.token);

    const started = await program.post(
      '/runs',
      { agent: 'probe' },
      { headers: { 'idempotency-key': 'by-http' } },
    );
    expect(started.status).toBe(202);
    const source = EventSource.open(program, '/runs/by-http/events');
    await source.ended;
    expect(source.names.at(-1)).toBe('succeeded');

    const reported = await platform.ingest.inject({
      method: 'POST',
      url: '/metrics',
      headers: { authorization: `Bearer ${token.token}` },
      payload: {
        agent_name: 'shop',
        metrics: { sold: 1 },
        started_at: '2026-02-19T10:00:00Z',
        finished_at: '2026-02-19T10:00:45Z',
      },
    });
    expect(reported.statusCode).toBe(201);

    expect((await admin.get('/health/services')).body).toMatchObject({ status: 'ok' });

    await admin.post(`/tokens/${token.id}/revoke`);
    await vi.waitFor(async () => expect((await program.get('/runs')).status).toBe(401), ENDED);
    await vi.waitFor(async () => {
      const { body } = await admin.get<{ items: { action: string }[] }>('/audit');
      expect(body.items.map(({ action }) => action)).toEqual(
        expect.arrayContaining(['session.login', 'tokens.create', 'runs.start', 'tokens.revoke']),
      );
    }, ENDED);
    expect((await admin.post('/logout')).status).toBe(204);
  });

  it('cancels a run that goes on, and knows of no run that nobody asked for', async () => {
    await platform.request('probe', 'cancelled', { input: { wait_for_cancel: true } });
    await expectRun('cancelled', { status: 'running' });

    expect(await platform.command('cancelRun', { request_id: 'cancelled', by: 'ana' })).toMatchObject({
      ok: true,
      status: 'cancelled',
    });
    await expectRun('cancelled', { status: 'cancelled' });
    // The second is named as a request is that has no id of its own: after its place in the stream.
    for (const unknown of ['unknown', 'req-1-abc']) {
      expect(await platform.command('cancelRun', { request_id: unknown })).toMatchObject({
        problem: { status: 404 },
      });
    }
  });

  it('runs what is asked for with high priority', async () => {
    await platform.request('probe', 'urgent', {}, 'urgent');

    await expectRun('urgent', { status: 'success' });
    expect(await platform.deadLetters('requests', 'runs.%.probe')).toBe(0);
  });

  it('pauses an agent, cancels what waits for it, and resumes it', async () => {
    const pause = { agent: 'fragile', by: 'ana', reason: 'as asked' };
    expect(await platform.command('pauseAgent', pause)).toMatchObject({ ok: true });
    await platform.request('fragile', 'waiting', {});
    await platform.request('fragile', 'kept', {});
    await expectRun('waiting', { status: 'pending' });
    expect(await platform.command('cancelRun', { request_id: 'waiting' })).toMatchObject({
      ok: true,
      status: 'cancelled',
    });

    expect(await platform.command('resumeAgent', { agent: 'fragile' })).toMatchObject({ changed: true });
    await expectRun('kept', { status: 'success' });
    await expectRun('waiting', { status: 'cancelled' });
  });

  it.each(['failing', 'failing again'])(
    'tells of a failure, and opens a breaker that is reset: %s',
    async (name) => {
      const [requestId, letters] = [name.replace(' ', '-'), await platform.deadLetters('notifications')];
      const mails = mail.to(TO).length;
      await platform.request('fragile', requestId, { input: { fail: true } });

      await expectRun(requestId, { status: 'failed' });
      await vi.waitFor(async () => {
        expect(mail.to(TO)).toHaveLength(mails + 1);
        expect(await platform.deadLetters('notifications')).toBe(letters + 1); // its webhook may go nowhere
      }, ENDED);
      await vi.waitFor(async () => {
        expect(await platform.command('resetBreaker', { agent: 'fragile' })).toMatchObject({ changed: true });
      }, ENDED);
    },
  );

  it('fails a request that nobody serves, and keeps it as a dead letter', async () => {
    await platform.request('nobody', 'unserved', {});

    await expectRun('unserved', { status: 'failed', failure_reason: 'refused' });
    await vi.waitFor(async () => {
      expect(await platform.deadLetters('requests', 'runs.requests.nobody')).toBeGreaterThan(0);
    }, ENDED);
  });

  it('keeps a message that is no request as a dead letter', async () => {
    await platform.request('probe', 'poison', 'no object');

    await vi.waitFor(async () => {
      expect(await platform.deadLetters('requests', 'runs.requests.probe')).toBeGreaterThan(0);
    }, ENDED);
  });

  it('lists dead letters and sends them again', async () => {
    const nobody = { stage: 'requests', agent: 'nobody' };
    expect(await platform.command('listDeadLetters', nobody)).toMatchObject({
      dead_letters: expect.arrayContaining([expect.objectContaining({ message_id: 'unserved' })]),
    });

    for (const filter of [nobody, { stage: 'notifications' }]) {
      expect(await platform.command('redriveDeadLetters', { filter })).toMatchObject({
        skipped: [],
        redriven: expect.arrayContaining([expect.objectContaining({ is_new: true })]),
      });
    }
  });

  it('takes reports of producers that know the token, and of no others', async () => {
    const report = {
      agent_name: 'outside',
      metrics: { value: 1 },
      started_at: '2026-11-22T06:00:00Z',
      finished_at: '2026-11-22T06:00:01Z',
    };
    const post = async (authorization: string): Promise<Response> =>
      await fetch(`${await platform.ingest.getUrl()}/metrics`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', 'idempotency-key': 'reported' },
        body: JSON.stringify(report),
      });

    expect((await post('Bearer wrong')).status).toBe(401);
    expect((await post(`Bearer ${TOKEN}`)).status).toBe(201);
    expect((await post(`Bearer ${TOKEN}`)).headers.get('idempotency-replayed')).toBe('true');
    expect(await platform.run('reported')).toMatchObject({ status: 'success', agent_name: 'outside' });
  });

  it('makes room in a stream that fills with what everybody has read', async () => {
    const connection = await platform.nats.connect('operator');
    const manager = await jetstreamManager(connection);
    const padding = 'x'.repeat(60_000);
    await Promise.all(
      Array.from({ length: 14 }, async (_, index) => {
        await platform.request('probe', `large-${index}`, { input: { padding } });
      }),
    );

    await vi.waitFor(async () => {
      await platform.ingest.get(StreamTrimmer).trimAll();
      expect((await manager.streams.info('RUN_REQUESTS')).state.first_seq).toBeGreaterThan(1);
    }, ENDED);
    await connection.close();
  });

  it('asks nothing of the broker that it may not do, from the start to the end of the services', async () => {
    await platform.closeServices();

    expect(await platform.nats.violations()).toEqual([]);
  });
});
