import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, headers } from '@nats-io/transport-node';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { CliProcess } from '../cli/cli-process.js';
import { ServiceProcess } from '../support/service-process.js';

const REPORT = {
  agent_name: 'mi_agente',
  metrics: { items_procesados: 42, errores: 0, status: 'ok' },
  started_at: '2026-02-19T10:00:00Z',
  finished_at: '2026-02-19T10:00:45Z',
  error: null,
};

describe('npm start', () => {
  let dataDir: string;
  let standalone: ServiceProcess;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'standalone-'));
    await chmod(dataDir, 0o755);
  });

  afterEach(async () => {
    await standalone.kill();
    await serversEnd(dataDir);
  });

  afterAll(async () => {
    await rm(dataDir, { recursive: true, force: true });
  });

  async function start(): Promise<Record<string, string>> {
    standalone = ServiceProcess.spawn('apps/standalone/src/main.js', {
      DATA_DIR: dataDir,
      HOME: process.env['HOME'] ?? dataDir,
    });
    await standalone.printed('agent-platform runs');
    const lines = (await readFile(join(dataDir, 'connection.env'), 'utf8')).trim().split('\n');
    return Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2) as [string, string]));
  }

  it('brings rows of scheduled runs, takes reports and requests, shows runs, and stops cleanly', async () => {
    const addresses = await start();
    expect((await stat(join(dataDir, 'connection.env'))).mode & 0o777).toBe(0o600);
    await expectScheduledRows(addresses);
    await expectReportStoredOnce(addresses);
    await expectPlainRequestRuns(addresses);
    await standalone.printed('success');
    await expectGoodHealth();
    standalone.signal('SIGINT');
    expect(await standalone.ended()).toBe(0);
    expect(serversOf(dataDir)).toEqual([]);
    expect(existsSync(join(dataDir, 'connection.env'))).toBe(false);
  }, 60_000);

  it('keeps its data, survives kill -9 without orphans, and starts again', async () => {
    const before = await start();
    const [kept] = await rows(
      before,
      "SELECT count(*)::int AS n FROM agent_runs WHERE agent_name = 'mi_agente'",
    );
    expect(kept).toEqual({ n: 1 });
    await standalone.kill();
    await serversEnd(dataDir);
    const after = await start();
    const [still] = await rows(
      after,
      "SELECT count(*)::int AS n FROM agent_runs WHERE agent_name = 'mi_agente'",
    );
    expect(still).toEqual({ n: 1 });
    standalone.signal('SIGTERM');
    expect(await standalone.ended()).toBe(0);
  }, 60_000);

  it('refuses to share a data directory with another one that runs', async () => {
    await start();
    const other = ServiceProcess.spawn('apps/standalone/src/main.js', {
      DATA_DIR: dataDir,
      HOME: process.env['HOME'] ?? dataDir,
    });
    expect(await other.ended()).toBe(1);
    expect(other.output).toContain(dataDir);
    expect(existsSync(join(dataDir, 'connection.env'))).toBe(true);
    standalone.signal('SIGTERM');
    expect(await standalone.ended()).toBe(0);
  }, 60_000);

  async function expectGoodHealth(): Promise<void> {
    const doctor = CliProcess.spawnWith(['doctor'], { DATA_DIR: dataDir });
    const exitCode = await doctor.ended();
    expect(doctor.output).toMatch(/\nAll that was checked is in order\.\n$/);
    expect(doctor.output).not.toContain('not checked');
    expect(exitCode).toBe(0);
  }

  async function expectScheduledRows(addresses: Record<string, string>): Promise<void> {
    await vi.waitFor(
      async () => {
        const found = await rows(
          addresses,
          `SELECT agent_name FROM agent_runs r WHERE trigger = 'schedule' AND status = 'success'
             AND EXISTS (SELECT FROM agent_metrics m WHERE m.run_id = r.id) GROUP BY 1 ORDER BY 1`,
        );
        expect(found.map((row) => row['agent_name'])).toEqual(
          expect.arrayContaining(['earthquakes', 'machine_health']),
        );
      },
      { timeout: 20_000, interval: 100 },
    );
  }

  async function expectReportStoredOnce(addresses: Record<string, string>): Promise<void> {
    const ids = [];
    for (let time = 0; time < 2; time += 1) {
      const answer = await fetch(`${addresses['INGEST_URL']}/metrics`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'posted-twice' },
        body: JSON.stringify(REPORT),
      });
      expect(answer.status).toBe(201);
      ids.push(((await answer.json()) as { run_id: number }).run_id);
    }
    expect(ids[1]).toBe(ids[0]);
    const found = await rows(addresses, "SELECT id::int FROM agent_runs WHERE agent_name = 'mi_agente'");
    expect(found).toEqual([{ id: ids[0] }]);
  }

  async function expectPlainRequestRuns(addresses: Record<string, string>): Promise<void> {
    const nats = await connect({ servers: addresses['NATS_URL'] ?? '' });
    const identity = headers();
    identity.set('Nats-Msg-Id', 'asked-by-hand');
    nats.publish('runs.requests.machine_health', '{}', { headers: identity });
    await nats.drain();
    await vi.waitFor(
      async () => {
        const found = await rows(
          addresses,
          "SELECT status FROM agent_runs WHERE request_id = 'asked-by-hand'",
        );
        expect(found).toEqual([{ status: 'success' }]);
      },
      { timeout: 10_000, interval: 100 },
    );
  }
});

/** Command lines of all processes that work in a folder, other than this one's. */
function serversOf(directory: string): string[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid)
    .map(commandLineOf)
    .filter((command) => command.includes(directory));
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return ''; // it has ended meanwhile
  }
}

async function rows(addresses: Record<string, string>, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: addresses['DATABASE_URL'] });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Resolves once nothing works in the folder any more. */
async function serversEnd(directory: string): Promise<void> {
  await vi.waitFor(
    () => {
      if (serversOf(directory).length > 0) {
        throw new Error(`Still running: ${serversOf(directory).join('; ')}`);
      }
    },
    { timeout: 10_000, interval: 50 },
  );
}
