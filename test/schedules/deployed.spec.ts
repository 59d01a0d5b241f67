import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ListedSchedule } from '#contracts';
import { DeployedPlatform } from '../deploy/deployed-platform.js';

const AGENT = 'probe';
const NAMED = { agent: AGENT, schedule: 'made' };
const PATIENT = { timeout: 15_000, interval: 100 };

let platform: DeployedPlatform;

beforeAll(async () => {
  platform = await DeployedPlatform.start({
    INGEST_TOKEN: 'token-of-at-least-16-characters',
    API_ADMIN_PASSWORD: 'password-for-tests-only',
    SMTP_URL: 'smtp://127.0.0.1:9',
    MAIL_FROM: 'Agents <agents@example.com>',
    NOTIFIER_DEFAULT_EMAILS: 'nobody@example.com',
  });
}, 60_000);

afterAll(async () => {
  await platform.stop();
});

async function listed(): Promise<ListedSchedule | undefined> {
  const reply = await platform.command('listSchedules', { agent: AGENT });
  return (reply as { schedules?: ListedSchedule[] }).schedules?.find(({ name }) => name === NAMED.schedule);
}

async function outcomes(): Promise<string[]> {
  const { rows } = await platform.webapp.query<{ outcome: string }>(
    'SELECT DISTINCT outcome FROM schedule_fires WHERE agent_name = $1 AND schedule_name = $2',
    [NAMED.agent, NAMED.schedule],
  );
  return rows.map(({ outcome }) => outcome);
}

it('schedules work with the rights that the deployed services have', async () => {
  await vi.waitFor(async () => {
    const reply = await platform.command('putSchedule', {
      agent: AGENT,
      name: NAMED.schedule,
      every_ms: 1_000,
    });
    expect(reply).toMatchObject({ ok: true });
  }, PATIENT);
  await vi.waitFor(async () => expect(await outcomes()).toContain('fired'), PATIENT);
  expect(await platform.command('pauseSchedule', NAMED)).toMatchObject({ ok: true, changed: true });
  await vi.waitFor(async () => expect(await outcomes()).toContain('paused'), PATIENT);
  expect(await platform.command('resumeSchedule', NAMED)).toMatchObject({ ok: true, changed: true });
  expect(await platform.command('previewSchedule', { ...NAMED, count: 2 })).toMatchObject({ ok: true });
  expect((await listed())?.decided_until).not.toBeNull();
  const [from, to] = [-60_000, -30_000].map((each) => new Date(Date.now() + each).toISOString());
  expect(await platform.command('backfillSchedule', { ...NAMED, from, to })).toMatchObject({ ok: true });
  await vi.waitFor(async () => expect(await outcomes()).toContain('backfilled'), PATIENT);
  expect(await platform.command('deleteSchedule', NAMED)).toMatchObject({ ok: true, changed: true });
  expect(await platform.nats.violations()).toEqual([]);
}, 60_000);
