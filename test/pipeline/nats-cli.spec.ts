import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Platform } from '../support/platform.js';

const run = promisify(execFile);
/** On PATH, or where `go install` puts it. */
const cli = [...(process.env['PATH'] ?? '').split(delimiter), join(homedir(), 'go', 'bin')]
  .map((folder) => join(folder, 'nats'))
  .find((path) => existsSync(path));

describe.skipIf(cli === undefined)('the nats CLI', () => {
  let platform: Platform;

  beforeAll(async () => {
    platform = await Platform.start();
    await platform.startIngest();
    await platform.startExecutor();
  });

  afterAll(async () => await platform?.stop());

  async function nats(...args: string[]): Promise<string> {
    const { stdout, stderr } = await run(cli ?? '', ['--server', platform.natsUrl, ...args]);
    return stdout + stderr;
  }

  it('asks for a run', async () => {
    await nats('pub', 'runs.requests.echo', '{"input":{"by_cli":1}}');
    await vi.waitFor(
      async () => {
        const rows = await platform.query("SELECT status FROM agent_runs WHERE input->>'by_cli' = '1'");
        expect(rows).toEqual([{ status: 'success' }]);
      },
      { timeout: 10_000, interval: 50 },
    );
  });

  it('reports the queue of each agent', async () => {
    const report = await nats('consumer', 'report', 'RUN_REQUESTS');
    expect(report).toContain('executor-echo');
    expect(report).toContain('ingest-requests');
  });
});
