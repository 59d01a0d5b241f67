import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ServiceProcess } from '../support/service-process.js';

const BAD_CONFIGURATION = 78;
/** Shows wherever a value is printed. */
const SECRET = 'hunter2-recognisable';

const MISSING: [program: string, variables: string[]][] = [
  ['scheduler', ['NATS_URL']],
  ['executor', ['NATS_URL']],
  ['ingest', ['NATS_URL', 'DATABASE_URL']],
  ['setup', ['NATS_URL', 'DATABASE_URL']],
];

const WRONG: [program: string, variables: string[]][] = [
  ['scheduler', ['NATS_URL', 'MANAGEMENT_PORT', 'LOG_LEVEL']],
  [
    'executor',
    [
      'NATS_URL',
      'MANAGEMENT_PORT',
      'LOG_LEVEL',
      'EXECUTOR_CONCURRENCY',
      'EXECUTOR_GROUP',
      'EXECUTOR_DRAIN_MS',
    ],
  ],
  ['ingest', ['NATS_URL', 'DATABASE_URL', 'MANAGEMENT_PORT', 'LOG_LEVEL', 'INGEST_POOL_SIZE', 'INGEST_PORT']],
  [
    'setup',
    [
      'NATS_URL',
      'DATABASE_URL',
      'RUN_REQUESTS_MAX_BYTES',
      'RUN_EVENTS_MAX_BYTES',
      'DEAD_LETTERS_MAX_BYTES',
      'STREAM_REPLICAS',
      'SETUP_WAIT_SECONDS',
    ],
  ],
  ['standalone', ['NATS_URL', 'EXECUTOR_DRAIN_MS', 'LOG_LEVEL']],
];

describe('the start of a program', () => {
  let folder: string;
  const started: ServiceProcess[] = [];

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'configuration-'));
  });

  afterEach(async () => {
    await Promise.all(started.splice(0).map((service) => service.kill()));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  function start(program: string, environment: Record<string, string>): ServiceProcess {
    const service = ServiceProcess.spawn(`apps/${program}/src/main.js`, environment);
    started.push(service);
    return service;
  }

  function file(name: string, content: string): string {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** One line for each bad variable. */
  async function problemsOf(program: string, environment: Record<string, string>): Promise<string[]> {
    const service = start(program, environment);
    expect(await service.ended()).toBe(BAD_CONFIGURATION);
    expect(service.output).not.toContain(SECRET);
    const [first, ...problems] = service.output.trimEnd().split('\n');
    expect(first).toMatch(/not valid:$/);
    return problems.map((line) => line.trim());
  }

  it.each(MISSING)('of %s names every variable that is missing', async (program, variables) => {
    const problems = await problemsOf(program, {});
    expect(new Set(problems.map((problem) => problem.split(' ')[0]))).toEqual(new Set(variables));
    expect(problems.every((problem) => problem.includes(' is missing: it must be '))).toBe(true);
  });

  it.each(WRONG)('of %s names every variable that is wrong, and no value', async (program, variables) => {
    const environment = Object.fromEntries(variables.map((name) => [name, `${SECRET} `]));
    const problems = await problemsOf(program, environment);
    expect(new Set(problems.map((problem) => problem.split(' ')[0]))).toEqual(new Set(variables));
    expect(problems.every((problem) => problem.includes(' must '))).toBe(true);
  });

  it('tells bounds and forms', async () => {
    const environment = {
      NATS_URL: 'nats://127.0.0.1:4222',
      DATABASE_URL: `mysql://user:${SECRET}@127.0.0.1/db`,
      INGEST_PORT: '70000',
      INGEST_POOL_SIZE: '1',
      INGEST_TOKEN: `short ${SECRET}`,
    };
    expect((await problemsOf('ingest', environment)).toSorted()).toEqual([
      'DATABASE_URL must be a URL that starts with postgres:// or postgresql://',
      'INGEST_POOL_SIZE must not be less than 2',
      'INGEST_PORT must not be greater than 65535',
      'INGEST_TOKEN must be 16 to 200 printable ASCII characters without blanks',
    ]);
  });

  it('takes each variable from a file as well, and never shows its path or content', async () => {
    const environment = {
      NATS_URL_FILE: file('nats-url', `${SECRET}\n`),
      DATABASE_URL_FILE: join(folder, SECRET),
      INGEST_PORT: '8000',
      INGEST_PORT_FILE: file('port', '8000'),
    };
    const problems = await problemsOf('ingest', environment);
    expect(problems.toSorted()).toEqual([
      'DATABASE_URL_FILE names a file that cannot be read (ENOENT)',
      'INGEST_PORT and INGEST_PORT_FILE are both set, only one may be',
      expect.stringMatching(/^NATS_URL must be (a URL|URLs) that/),
    ]);
  });

  it('of ingest works with a configuration from files', async () => {
    const service = start('ingest', {
      NATS_URL_FILE: file('url', 'nats://127.0.0.1:1\n'),
      DATABASE_URL_FILE: file('database', 'postgres://ingest@127.0.0.1:1/none\n'),
      INGEST_TOKEN_FILE: file('token', `${SECRET}\n`),
      INGEST_HOST: '0.0.0.0',
      INGEST_PORT: '0',
      MANAGEMENT_PORT: '0',
    });
    await service.printed('Nest application successfully started');
    service.signal('SIGTERM');
    await service.ended();
    expect(service.output).not.toContain(SECRET);
  });

  it.each(['0.0.0.0', '::'])('of ingest is refused on the host %s without a token', async (host) => {
    const environment = {
      NATS_URL: 'nats://127.0.0.1:4222',
      DATABASE_URL: 'postgres://127.0.0.1/db',
      INGEST_HOST: host,
    };
    expect(await problemsOf('ingest', environment)).toEqual([
      expect.stringMatching(/^INGEST_TOKEN is missing/),
    ]);
  });
});
