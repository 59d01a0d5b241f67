import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { requestMany } from '../faults/request-publisher.js';
import { pythonFolder } from '../python/python-folder.js';
import { findPython } from '../python/python-interpreter.js';
import { Platform } from '../support/platform.js';
import { Commander } from './commander.js';

const RUNS = 8;
const LONG_MS = 60_000;
const PYTHON_PATIENT = `
from agent_platform import BaseAgent

class PythonPatient(BaseAgent):
    """Waits for a minute."""
    name = "python_patient"

    def run(self):
        self.context.progress(1, "waiting")
        self.context.sleep(60)
        return {}
`;

const because = findPython() === undefined ? ' (skipped: there is no python3 of 3.9 or newer on PATH)' : '';

describe.skipIf(findPython() === undefined)(`a run in a child process that is cancelled${because}`, () => {
  let platform: Platform;
  let commander: Commander;

  beforeAll(async () => {
    platform = await Platform.start();
    commander = new Commander(platform);
    const pythonDir = await pythonFolder(platform.servers.directory, { python_patient: PYTHON_PATIENT });
    await platform.startIngest();
    await platform.startApi();
    const environment = { EXECUTOR_PYTHON_DIR: pythonDir };
    await platform.spawn('test/processes/wayward-executor.js', environment).printed('ready');
  });

  afterAll(async () => await platform?.stop());

  it.each(['patient', 'python_patient'])(
    'is over within half a second when its agent cooperates: %s',
    async (agent) => {
      const ids = await requestMany(platform, agent, agent.replaceAll('_', '-'), RUNS, () => ({}));
      await vi.waitFor(
        async () => {
          const rows = await platform.query(
            'SELECT 1 FROM agent_runs WHERE agent_name = $1 AND progress IS NOT NULL',
            [agent],
          );
          expect(rows).toHaveLength(RUNS);
        },
        { timeout: 30_000, interval: 50 },
      );
      const tookMs: number[] = [];
      for (const id of ids) {
        const cancelledAtMs = Date.now();
        await commander.done('cancelRun', { request_id: id });
        const row = await vi.waitFor(
          async () => {
            const [run] = await platform.query<{ status: string; finished_at: Date }>(
              'SELECT status, finished_at FROM agent_runs WHERE request_id = $1 AND finished_at IS NOT NULL',
              [id],
            );
            expect(run).toBeDefined();
            return run!;
          },
          { timeout: 10_000, interval: 20 },
        );
        expect(row.status).toBe('cancelled');
        tookMs.push(row.finished_at.getTime() - cancelledAtMs);
      }
      expect(Math.max(...tookMs)).toBeLessThan(500);
    },
    LONG_MS,
  );
});
