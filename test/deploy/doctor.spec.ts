import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ApiClient } from '../api/api-client.js';
import { ADMIN, loggedIn } from '../api/started-api.js';
import { CliProcess } from '../cli/cli-process.js';
import { DeployedPlatform } from './deployed-platform.js';
import { type NatsUser, passwordOf } from './deployed-nats.js';

interface Finding {
  readonly check: string;
  readonly standing: string;
  readonly message: string;
}

describe('agent-platform doctor on the deployed platform', { timeout: 60_000 }, () => {
  let platform: DeployedPlatform;
  let apiToken: string;

  beforeAll(async () => {
    platform = await DeployedPlatform.start({
      INGEST_TOKEN: 'token-of-the-producers',
      API_ADMIN_USER: ADMIN.user,
      API_ADMIN_PASSWORD: ADMIN.password,
    });
    const stranger = new ApiClient(await platform.apiUrl());
    const admin = await vi.waitFor(async () => await loggedIn(stranger), { timeout: 15_000, interval: 200 });
    const { body } = await admin.post<{ token: string }>('/tokens', { name: 'doctor', scopes: ['read'] });
    apiToken = body.token;
  }, 90_000);

  afterAll(async () => await platform?.stop());

  async function examined(user: NatsUser): Promise<readonly Finding[]> {
    const { host, port } = platform.webapp;
    const doctor = CliProcess.spawnWith(['doctor', '--json'], {
      NATS_URL: platform.nats.url,
      NATS_USER: user,
      NATS_PASSWORD: passwordOf(user),
      NATS_MONITORING_URL: platform.nats.monitoringUrl,
      DATABASE_URL: `postgres://webapp:webapp-for-tests@${host}:${port}/agent_metrics_db`,
      API_URL: await platform.apiUrl(),
      API_TOKEN: apiToken,
    });
    await doctor.ended();
    return (JSON.parse(doctor.output) as { findings: Finding[] }).findings;
  }

  it.each(['operator', 'setup'] as const)(
    'sees all with the rights of %s and of the web application',
    async (user) => {
      const before = await platform.nats.violations();
      const findings = await vi.waitFor(
        async () => {
          const found = await examined(user);
          expect(found).toContainEqual(expect.objectContaining({ check: 'scheduler', standing: 'ok' }));
          return found;
        },
        { timeout: 20_000 },
      );

      const others = findings.filter(({ standing }) => standing !== 'ok');
      expect(others).toEqual([
        // The Postgres of specs is one that may forget.
        expect.objectContaining({ check: 'settings', message: expect.stringMatching(/^Turned off: fsync/) }),
        expect.objectContaining({
          check: 'disk',
          standing: 'skipped',
          message: expect.stringMatching(/not told/),
        }),
      ]);
      expect(await platform.nats.violations()).toEqual(before);
    },
  );

  it('says what a login may not see, and goes on', async () => {
    const findings = await examined('notifier');

    expect(findings).toContainEqual(
      expect.objectContaining({
        check: 'jetstream',
        standing: 'problem',
        message: expect.stringMatching(/permission/i),
      }),
    );
    expect(findings).toContainEqual(expect.objectContaining({ check: 'grants', standing: 'ok' }));
  });
});
