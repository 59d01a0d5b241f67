import { JSON_SCHEMA_DIALECT } from '#contracts';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ApiClient } from '../api/api-client.js';
import { startedApi } from '../api/started-api.js';
import { Platform } from '../support/platform.js';
import { pythonFolder } from './python-folder.js';
import { findPython } from './python-interpreter.js';

const python = findPython();
const because = python === undefined ? ' (skipped: there is no python3 of 3.9 or newer on PATH)' : '';
const SECOND_MS = 1_000;
const SOON_MS = 6 * SECOND_MS;

function agentAt(at: string): string {
  return `
from agent_platform import BaseAgent

class Punctual(BaseAgent):
    name = "punctual"
    schedules = [
        {"name": "often", "every_ms": 2000, "from": "2026-01-01T00:00:01Z", "input": {"how": "often"},
         "missed_fires": "skip", "overlap": "allow"},
        {"name": "once", "at": "${at}", "input": {"how": "once"}},
    ]
    input_schema = {"type": "object", "properties": {"how": {"enum": ["often", "once"]}}, "required": ["how"]}

    def run(self):
        return {"how": self.context.input["how"]}
`;
}

describe.skipIf(python === undefined)(`What a Python agent declares${because}`, () => {
  const at = new Date(Math.ceil((Date.now() + SOON_MS) / SECOND_MS) * SECOND_MS).toISOString();
  let platform: Platform;
  let client: ApiClient;

  beforeAll(async () => {
    platform = await Platform.start();
    const pythonDir = await pythonFolder(platform.servers.directory, { punctual: agentAt(at) });
    await platform.startIngest();
    await platform.startExecutor({ pythonDir });
    await platform.startScheduler();
    client = await startedApi(platform);
  });

  afterAll(async () => await platform.stop());

  it('is shown by the api: its schedules and the schema of its input', async () => {
    const { body } = await vi.waitFor(
      async () => {
        const answer = await client.get('/agents/punctual');
        expect(answer.body['schedules']).toHaveLength(2);
        return answer;
      },
      { timeout: 10_000 },
    );

    expect(body).toMatchObject({
      isolation: 'python',
      declared_schedules: [
        { name: 'often', cron: null, every_ms: 2_000, at: null },
        { name: 'once', cron: null, every_ms: null, at },
      ],
      input_schema: {
        $schema: JSON_SCHEMA_DIALECT,
        type: 'object',
        properties: { how: { enum: ['often', 'once'] } },
        required: ['how'],
      },
    });
  });

  it('fires: intervals from their beginning on, and single instants', { timeout: 40_000 }, async () => {
    const runs = await vi.waitFor(
      async () => {
        const rows = await platform.query<{ name: string; at: Date; result: string }>(
          `SELECT schedule_name AS name, scheduled_for AS at, metric_text AS result
           FROM agent_runs JOIN agent_metrics ON run_id = agent_runs.id WHERE status = 'success'`,
        );
        const names = rows.map(({ name }) => name);
        expect(names.filter((name) => name === 'often').length).toBeGreaterThan(1);
        expect(names).toContain('once');
        return rows;
      },
      { timeout: 30_000 },
    );

    expect(runs.every(({ name, result }) => name === result)).toBe(true);
    const often = runs.filter(({ name }) => name === 'often').map(({ at }) => at.getTime());
    expect(often.every((ms) => ms % (2 * SECOND_MS) === SECOND_MS)).toBe(true);
    expect(runs.filter(({ name }) => name === 'once').map(({ at }) => at.toISOString())).toEqual([at]);
  });
});
