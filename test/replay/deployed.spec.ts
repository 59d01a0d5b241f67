import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CliProcess } from '../cli/cli-process.js';
import { passwordOf } from '../deploy/deployed-nats.js';
import { DeployedPlatform } from '../deploy/deployed-platform.js';

describe('replay and prove on the deployed platform', () => {
  let platform: DeployedPlatform;
  const cli = (...words: string[]): CliProcess =>
    CliProcess.spawnWith(words, {
      NATS_URL: platform.nats.url,
      NATS_USER: 'operator',
      NATS_PASSWORD: passwordOf('operator'),
    });

  beforeAll(async () => {
    platform = await DeployedPlatform.start({ INGEST_TOKEN: 'token-of-the-producers' });
    await platform.request('probe', 'asked', {});
    await vi.waitFor(async () => expect(await platform.run('asked')).toMatchObject({ status: 'success' }), {
      timeout: 15_000,
      interval: 100,
    });
  }, 60_000);

  afterAll(async () => await platform?.stop());

  it('are for the operator, with the rights that NATS and Postgres give', async () => {
    const replay = cli('replay', '--yes', '--json');
    expect(await replay.ended()).toBe(0);
    expect(JSON.parse(replay.output)).toMatchObject({ state: 'done', runs_added: 0 });

    expect(await cli('replay', '--yes', '--run', 'asked').ended()).toBe(0);
    const proof = cli('prove', '--repair');
    expect(await proof.ended()).toBe(0);
    expect(proof.output).toContain('Proven.');
    const violations = await platform.nats.violations();
    expect(violations.filter((line) => /user:(ingest|operator)/.test(line))).toEqual([]);
  });

  it('are refused to others', async () => {
    const environment = { NATS_URL: platform.nats.url, NATS_USER: 'scheduler' };
    const stranger = CliProcess.spawnWith(['prove'], { ...environment, NATS_PASSWORD: 'wrong' });
    expect(await stranger.ended()).toBe(69);
    expect(stranger.messages).toBe('NATS does not know this NATS_USER with this NATS_PASSWORD\n');

    const other = CliProcess.spawnWith(['prove'], { ...environment, NATS_PASSWORD: passwordOf('scheduler') });
    expect(await other.ended()).toBe(69);
    expect(other.messages).toBe('This NATS_USER may not send commands\n');
  });
});
