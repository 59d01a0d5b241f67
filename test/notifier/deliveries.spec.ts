import { createHmac } from 'node:crypto';
import { HealthRegistry, MetricsRegistry } from '#telemetry';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { WEBHOOK_SECRET } from './bench-configuration.js';
import { MailServer } from './mail-server.js';
import { NotifierBench } from './notifier-bench.js';

const TO = 'ana@example.com';
const OTHER = 'ben@example.com';
const REASON = 'Dead-Letter-Reason';

describe('deliveries', () => {
  let bench: NotifierBench;

  beforeAll(async () => {
    bench = await NotifierBench.start();
  });

  afterEach(async () => {
    await bench.reset();
  });

  afterAll(async () => {
    await bench.stop();
  });

  async function reasons(): Promise<(string | undefined)[]> {
    return (await bench.deadLetters()).map(({ header }) => header.get(REASON));
  }

  it('waits for a mail server that is down, and sends when it is up', async () => {
    const notifier = await bench.startNotifier();
    const agent = await bench.declare({
      name: 'done',
      on: 'success',
      emails: [TO],
      webhook: `${bench.receiver.url}/204`,
    });
    await bench.mail.stop();
    await bench.succeed(agent);
    const email = /notifier_notifications_total\{channel="email",outcome="away".*\} (\d+)/;
    await vi.waitFor(
      async () => {
        const [, tries] = email.exec(await notifier.get(MetricsRegistry).exposition()) ?? [];
        expect(Number(tries)).toBeGreaterThan(3);
      },
      { timeout: 10_000, interval: 20 },
    );
    expect(bench.receiver.webhooks).toHaveLength(1);
    expect((await notifier.get(HealthRegistry).report()).dependencies['smtp']?.status).toBe('down');
    await bench.mail.listen();
    await bench.settled();
    expect(bench.mail.to(TO)).toHaveLength(1);
    expect(await reasons()).toEqual([]);
  });

  it('gives up on a mail server that stays away', async () => {
    const away = await MailServer.start();
    await away.stop();
    await bench.startNotifier({ smtpUrl: away.url, outageMs: 200 });
    const agent = await bench.declare({ name: 'done', on: 'success', emails: [TO] });
    await bench.succeed(agent);
    await bench.settled();
    expect(await reasons()).toEqual([expect.stringMatching(/ECONNREFUSED.*\(for 200 ms\)$/)]);
  });

  it('sends what a mail server refuses to the dead letters, and the others to their receivers', async () => {
    const notifier = await bench.startNotifier();
    bench.mail.refusals.set(TO, () => 550);
    const agent = await bench.declare({ name: 'done', on: 'success', emails: [TO, OTHER] });
    const requestId = await bench.succeed(agent, [1, 2]);
    await bench.settled();
    expect(bench.mail.mails.map(({ to }) => to)).toEqual([OTHER]);
    const [letter, ...more] = await bench.deadLetters();
    expect(more).toEqual([]);
    expect(letter?.header.get(REASON)).toContain(`550 No mail for ${TO}`);
    expect(letter?.header.get('Dead-Letter-Subject')).toMatch(
      new RegExp(`^\\$KV\\.NOTIFICATIONS\\.email\\.${requestId}\\.done\\.[0-9a-f]{16}$`),
    );
    expect(letter?.json()).toMatchObject({ status: 'dead', address: TO, tries: 1, notice: { agent } });
    expect((await notifier.get(HealthRegistry).report()).status).toBe('ok');
  });

  it('tries five times what is refused for now', async () => {
    await bench.startNotifier({ retryDelayMs: 10 });
    let asked = 0;
    bench.mail.refusals.set(TO, () => ((asked += 1) < 4 ? 451 : undefined));
    let askedInVain = 0;
    bench.mail.refusals.set(OTHER, () => {
      askedInVain += 1;
      return 450;
    });
    const agent = await bench.declare({ name: 'done', on: 'success', emails: [TO, OTHER] });
    await bench.succeed(agent);
    await bench.settled();
    expect(bench.mail.mails.map(({ to }) => to)).toEqual([TO]);
    expect({ asked, askedInVain }).toEqual({ asked: 4, askedInVain: 5 });
    expect(await reasons()).toEqual([expect.stringMatching(/450 No mail .*\(after 5 tries\)$/)]);
  });

  it('gives e-mail to the dead letters when no mail server is named, and sends webhooks', async () => {
    const notifier = await bench.startNotifier({ smtpUrl: undefined });
    const agent = await bench.declare({
      name: 'done',
      on: 'success',
      emails: [TO],
      webhook: `${bench.receiver.url}/204`,
    });
    await bench.succeed(agent);
    await bench.settled();
    expect(await reasons()).toEqual(['E-mail is not set up: SMTP_URL is not set']);
    expect(bench.receiver.webhooks).toHaveLength(1);
    expect(Object.keys((await notifier.get(HealthRegistry).report()).dependencies)).toEqual(['nats']);
  });

  it('signs webhooks, so that a receiver can tell that they are ours and new', async () => {
    await bench.startNotifier();
    const agent = await bench.declare({
      name: 'broken',
      on: 'failure',
      webhook: `${bench.receiver.url}/204?key=1`,
    });
    const requestId = await bench.end(agent, { error: 'it broke' }, { metrics: { items: 3 } });
    await bench.settled();
    const [webhook, ...more] = bench.receiver.webhooks;
    expect(more).toEqual([]);
    const { headers, body = '' } = webhook ?? {};
    const signature = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers?.['x-agent-platform-signature']));
    const [, seconds, code] = signature ?? [];
    expect(code).toBe(createHmac('sha256', WEBHOOK_SECRET).update(`${seconds}.${body}`).digest('hex'));
    expect(Math.abs(Date.now() / 1_000 - Number(seconds))).toBeLessThan(20);
    expect(headers?.['content-type']).toBe('application/json');
    const { id, ...notice } = JSON.parse(body) as Record<string, unknown>;
    expect(id).toBe(headers?.['idempotency-key']);
    expect(notice).toEqual({
      agent,
      request_id: requestId,
      rule: 'broken',
      occasion: 'failure',
      status: 'failed',
      attempt: 1,
      reason: 'error',
      error: 'it broke',
      started_at: '2026-11-22T04:00:00Z',
      finished_at: '2026-11-22T04:00:45Z',
      duration_ms: 45_000,
      failures_in_a_row: 1,
      metrics: { items: 3 },
    });
  });

  it('follows no redirect, goes to no other host, and tries again what is busy or silent', async () => {
    await bench.startNotifier({ retryDelayMs: 10, webhookTimeoutMs: 200 });
    const { url } = bench.receiver;
    const agent = await bench.declare(
      { name: 'moved', on: 'success', webhook: `${url}/302` },
      { name: 'gone', on: 'success', webhook: `${url}/404` },
      { name: 'busy', on: 'success', webhook: `${url}/503` },
      { name: 'silent', on: 'success', webhook: `${url}/silent` },
      { name: 'other', on: 'success', webhook: url.replace('127.0.0.1', 'localhost') },
    );
    await bench.succeed(agent);
    await bench.settled();
    const found = await reasons();
    expect(found).toHaveLength(5);
    expect(new Set(found)).toEqual(
      new Set([
        'The receiver answered 302',
        'The receiver answered 404',
        'The receiver answered 503 (after 5 tries)',
        'The receiver did not answer in time (after 5 tries)',
        expect.stringMatching(/^Webhooks may not go to localhost:\d+: it is not in NOTIFIER_WEBHOOK_HOSTS$/),
      ]),
    );
    const counts = ['/302', '/404', '/503', '/silent', '/redirected', '/'].map(
      (path) => bench.receiver.at(path).length,
    );
    expect(counts).toEqual([1, 1, 5, 5, 0, 0]);
  });

  it('sends no webhook without a secret', async () => {
    await bench.startNotifier({ webhookSecret: undefined });
    const agent = await bench.declare({ name: 'done', on: 'success', webhook: bench.receiver.url });
    await bench.succeed(agent);
    await bench.settled();
    expect(bench.receiver.webhooks).toEqual([]);
    expect(await reasons()).toEqual(['Webhooks are not set up: NOTIFIER_WEBHOOK_SECRET is not set']);
  });

  it('lets nothing of an agent into the form of an e-mail', async () => {
    await bench.startNotifier();
    const attack = '<img src=x onerror=alert(1)>"\'&';
    const crlf = 'Fine\r\nBcc: eve@example.com\r\n\r\nbody';
    const agent = await bench.declare(
      { name: 'done', on: 'success', emails: [TO] },
      { name: 'broken', on: 'failure', emails: [TO] },
    );
    await bench.end(agent, {
      result: [
        { title: attack, score: attack, url: 'javascript:alert(1)', [attack]: attack },
        { name: crlf, url: 'https://user:password@example.com/', link: 'https://example.com/?a="><b>' },
        attack,
      ],
      metrics: { [attack]: attack },
    });
    await bench.end(agent, { error: `${attack}\r\n${crlf}` });
    await bench.settled();
    expect(bench.mail.mails).toHaveLength(2);
    for (const { headers, html } of bench.mail.mails) {
      expect(headers.get('bcc')).toBeUndefined();
      expect(headers.get('subject')).toMatch(new RegExp(`^${agent} (failed|succeeded: top 3 of 3)$`));
      expect(html).toContain('&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;');
      expect(html).not.toMatch(/<img|<b>|href="(?!https:\/\/example\.com\/\?a=%22%3E%3Cb%3E")/);
    }
    const success = bench.mail.mails.find(({ html }) => html.includes('Results'));
    expect(success?.text).toContain('2. Fine Bcc: eve@example.com body');
  });
});
