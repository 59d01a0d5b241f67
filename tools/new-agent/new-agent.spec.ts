import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const COPIED = [
  'libs/agents',
  'libs/configuration',
  'libs/contracts',
  'tools',
  'package.json',
  'tsconfig.json',
  '.oxfmtrc.json',
  '.oxlintrc.json',
  'vitest.config.ts',
];
const LINT_OPTIONS = ['--disable-nested-config', '--type-aware', '--type-check'];
const FOLDER = 'libs/agents/src/catalogue/queue-depth';
const CATALOGUE_MODULE = 'libs/agents/src/catalogue/catalogue.module.ts';

describe('npm run new:agent', () => {
  let copy: string;

  beforeEach(() => {
    copy = mkdtempSync(join(tmpdir(), 'new-agent-'));
    for (const path of COPIED) {
      cpSync(join(ROOT, path), join(copy, path), { recursive: true });
    }
    symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  });
  afterEach(() => rmSync(copy, { recursive: true }));

  function node(...args: string[]): SpawnSyncReturns<string> {
    return spawnSync(process.execPath, args, {
      cwd: copy,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1' },
    });
  }

  function newAgent(...args: string[]): SpawnSyncReturns<string> {
    return node('tools/new-agent/new-agent.ts', ...args);
  }

  function read(path: string): string {
    return readFileSync(join(copy, path), 'utf8');
  }

  it('writes the agent with a schedule, its module and its spec, and registers it', () => {
    const { status, stdout, stderr } = newAgent('queue_depth');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(read(`${FOLDER}/queue-depth.agent.ts`)).toContain("name: 'queue_depth'");
    expect(read(`${FOLDER}/queue-depth.agent.ts`)).toContain("schedules: [{ cron: '* * * * *' }]");
    expect(read(`${FOLDER}/queue-depth.module.ts`)).toContain('export class QueueDepthModule');
    expect(read(`${FOLDER}/queue-depth.agent.spec.ts`)).toContain(
      'describeAgent(QueueDepthAgent, QueueDepthModule)',
    );
    expect(read(CATALOGUE_MODULE)).toMatch(
      /imports: \[[^\]]*EarthquakesModule,[^\]]*QueueDepthModule,?\s*\]/,
    );
    expect(stdout).toContain(`npx vitest run ${FOLDER}`);
  });

  it('leaves nothing for formatter and linter to find, also with the longest of names', () => {
    newAgent('queue_depth');
    newAgent(`l${'_ong1'.repeat(19)}`);

    const format = node('node_modules/oxfmt/bin/oxfmt', '--check', 'libs/agents');
    const lint = node('node_modules/oxlint/bin/oxlint', ...LINT_OPTIONS, 'libs/agents');

    expect(format.stdout).toContain('All matched files use the correct format');
    expect(lint.stdout).toContain('Found 0 warnings and 0 errors');
  });

  it('writes a spec that passes', () => {
    newAgent('queue_depth');

    const { status, stdout } = node('node_modules/vitest/vitest.mjs', 'run', '--project', 'unit', FOLDER);

    expect(stdout).toMatch(/Tests {2}7 passed \(7\)/);
    expect(status).toBe(0);
  });

  it('takes the ending _agent as said already', () => {
    newAgent('my_agent');

    expect(read('libs/agents/src/catalogue/my/my.agent.ts')).toContain("name: 'my_agent'");
    expect(read('libs/agents/src/catalogue/my/my.agent.ts')).toContain(
      'export class MyAgent extends BaseAgent',
    );
  });

  it.each(['Queue', 'queue-depth', '../queue', '_queue', 'queue__depth', '1st', 'q'.repeat(101), ''])(
    'refuses the name %j in one line and writes nothing',
    (name) => {
      const before = read(CATALOGUE_MODULE);

      const { status, stdout, stderr } = newAgent(name);

      expect(status).toBe(1);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^"[^\n]*" cannot be an agent's name: [^\n]*\n$/);
      expect(read(CATALOGUE_MODULE)).toBe(before);
    },
  );

  it('asks for a name when it is given none', () => {
    const { status, stderr } = newAgent();

    expect(status).toBe(1);
    expect(stderr).toBe('Which agent? npm run new:agent my_agent\n');
  });

  it.each([
    ['machine_health', 'libs/agents/src/catalogue/machine-health exists already\n'],
    ['machine_health_agent', 'libs/agents/src/catalogue/machine-health exists already\n'],
  ])('refuses %s, which exists', (name, message) => {
    const { status, stderr } = newAgent(name);

    expect(status).toBe(1);
    expect(stderr).toBe(message);
  });

  it('refuses a name that an agent in another folder has', () => {
    newAgent('queue_depth');
    const agent = `${FOLDER}/queue-depth.agent.ts`;
    writeFileSync(join(copy, agent), read(agent).replace("'queue_depth'", "'backlog'"));

    const { status, stderr } = newAgent('backlog');

    expect(status).toBe(1);
    expect(stderr).toBe(`backlog exists already in ${agent}\n`);
    expect(existsSync(join(copy, 'libs/agents/src/catalogue/backlog'))).toBe(false);
  });
});
