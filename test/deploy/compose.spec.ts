import { existsSync } from 'node:fs';
import { TopResultsConfiguration } from '../../libs/agents/src/catalogue/top-results/top-results-configuration.js';
import { ExternalRequestsConfiguration } from '../../libs/agents/src/external-requests/external-requests-configuration.js';
import { variablesOf } from '../../libs/configuration/src/variables/variable.js';
import { describe, expect, it } from 'vitest';
import { ApiConfiguration } from '../../apps/api/src/api-configuration.js';
import { ExecutorConfiguration } from '../../apps/executor/src/executor-configuration.js';
import { IngestConfiguration } from '../../apps/ingest/src/ingest-configuration.js';
import { NotifierConfiguration } from '../../apps/notifier/src/notifier-configuration.js';
import { SchedulerConfiguration } from '../../apps/scheduler/src/scheduler-configuration.js';
import { SetupConfiguration } from '../../apps/setup/src/setup-configuration.js';
import { topology } from '#topology';
import {
  composeFile,
  composeService,
  composeText,
  composeVariables,
  containerEnvironment,
  interpolate,
} from './compose-file.js';

const CONFIGURATIONS = {
  setup: [SetupConfiguration],
  scheduler: [SchedulerConfiguration],
  executor: [ExecutorConfiguration, ExternalRequestsConfiguration, TopResultsConfiguration],
  ingest: [IngestConfiguration],
  api: [ApiConfiguration],
  notifier: [NotifierConfiguration],
} as const;
const PROGRAMS = Object.entries(CONFIGURATIONS);
const LONG_LIVED = ['scheduler', 'executor', 'ingest', 'api', 'notifier'] as const;
/** Whose readiness depends on a server that is not ours: whether it works at all is asked instead. */
const DEPENDS_ON_OTHERS = new Set<string>(['notifier']);
/** Those that others than the services speak to. */
const PUBLISHED = new Set(['ingest', 'api']);
const JOBS = new Set(['setup', 'nats-volume', 'nats-cli']);
/** Changes the owner of a new volume, and ends. */
const MAY_BE_ROOT = 'nats-volume';

describe.each(Object.entries(composeFile.services))('service %s', (name, service) => {
  it('is contained', () => {
    expect(service).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
    });
    expect(/^(root|0)(:|$)/.test(service.user)).toBe(name === MAY_BE_ROOT);
  });

  it('has bounds on memory, processes and logs', () => {
    expect(interpolate(service.mem_limit, {})).toMatch(/^\d+[mg]$/);
    expect(service.pids_limit).toBeGreaterThan(0);
    expect(service.logging.driver).toBe('json-file');
    expect(service.logging.options).toMatchObject({ 'max-size': '10m', 'max-file': '5' });
  });

  it('runs an image of one version', () => {
    expect(interpolate(service.image, {})).toMatch(/:(local|\d[\w.-]*)$/);
  });

  it('is started again, unless it is a job', () => {
    expect(service.restart).toBe(JOBS.has(name) ? 'no' : 'unless-stopped');
  });

  it('says whether it is healthy, unless it is a job', () => {
    expect(service.healthcheck === undefined).toBe(JOBS.has(name));
  });

  it('is on the inner network, and reachable from outside only if it is ingest or api', () => {
    expect(service.networks).toContain('internal');
    expect(service.ports?.length ?? 0).toBe(PUBLISHED.has(name) ? 1 : 0);
  });

  it('gets no more of .env than it names', () => {
    expect(service.env_file).toBeUndefined();
  });

  it('mounts nothing of the machine but files of deploy/, read-only', () => {
    const binds = (service.volumes ?? []).filter((volume) => !/^[a-z-]+-data:/.test(volume));
    for (const bind of binds) {
      const [source = '', , mode] = bind.split(':');
      expect(source).toMatch(/^\.\/deploy\//);
      expect(existsSync(source)).toBe(true);
      expect(mode).toBe('ro');
    }
  });
});

describe.each(PROGRAMS)('program %s', (name, configurations) => {
  const service = composeService(name);

  it('runs its main from the one image', () => {
    expect(service.image).toBe(composeService('setup').image);
    const command = service.command?.filter((word) => !word.startsWith('--'));
    expect(command).toEqual(['node', `dist/apps/${name}/src/main.js`]);
    expect(existsSync(`apps/${name}/src/main.ts`)).toBe(true);
  });

  it('can be told everything that its configuration knows, and nothing else', () => {
    const known = configurations
      .flatMap((configuration) => variablesOf(new configuration()))
      .map((variable) => variable.name);

    expect(Object.keys(service.environment ?? {}).toSorted()).toEqual(known.toSorted());
  });

  it('is not the first process, which would ignore the signal that Nest ends with', () => {
    expect(service.init).toBe(true);
  });

  it('has a temporary folder to write to', () => {
    expect(service.tmpfs).toEqual(['/tmp:size=64m']);
  });

  it('can be scaled: no name or port of its own', () => {
    expect(service.container_name).toBeUndefined();
    expect(service.ports === undefined).toBe(!PUBLISHED.has(name));
  });
});

describe.each(LONG_LIVED)('service %s', (name) => {
  it('starts when setup is done', () => {
    expect(composeService(name).depends_on).toEqual({
      setup: { condition: 'service_completed_successfully' },
    });
  });

  it('is asked for its health on the port where it serves it', () => {
    const port = composeService(name).environment?.['MANAGEMENT_PORT'];
    const question = DEPENDS_ON_OTHERS.has(name) ? 'live' : 'ready';

    expect(composeService(name).healthcheck?.test.join(' ')).toContain(
      `http://127.0.0.1:${port}/health/${question}`,
    );
    expect(new CONFIGURATIONS[name][0]()).toMatchObject({ managementPort: port });
  });

  it('knows the password of its own user of the broker only', () => {
    const { NATS_USER, NATS_PASSWORD } = composeService(name).environment ?? {};

    expect(NATS_USER).toBe(name);
    expect(NATS_PASSWORD).toContain(`NATS_${name.toUpperCase()}_PASSWORD`);
  });
});

describe('the deployment', () => {
  it('starts setup when the servers are healthy', () => {
    expect(composeService('setup').depends_on).toEqual({
      postgres: { condition: 'service_healthy' },
      nats: { condition: 'service_healthy' },
    });
  });

  it('has an inner network that leads nowhere', () => {
    expect(composeFile.networks['internal']).toEqual({ internal: true });
  });

  it('publishes the api on loopback, or wherever API_PUBLISH says', () => {
    const [port = ''] = composeService('api').ports ?? [];

    expect(interpolate(port, {})).toBe('127.0.0.1:8080:8080');
    expect(interpolate(port, { API_PUBLISH: '8443' })).toBe('8443:8080');
  });

  it('publishes ingest on loopback, or wherever INGEST_PUBLISH says', () => {
    const [port = ''] = composeService('ingest').ports ?? [];

    expect(interpolate(port, {})).toBe('127.0.0.1:8000:8000');
    expect(interpolate(port, { INGEST_PUBLISH: '8443' })).toBe('8443:8000');
  });

  it('keeps the data of the servers on volumes', () => {
    expect(composeService('postgres').volumes).toContain('postgres-data:/var/lib/postgresql');
    expect(composeService('nats').volumes).toContain('nats-data:/data');
    expect(Object.keys(composeFile.volumes)).toEqual(['postgres-data', 'nats-data']);
  });

  it('holds no password, and requires every one that a service can not do without', () => {
    const secrets = composeVariables().filter(({ name }) => /PASSWORD|TOKEN|SECRET|_KEY$/.test(name));
    const optional = secrets.filter(({ isRequired }) => !isRequired).map(({ name }) => name);

    expect(secrets.every(({ fallback }) => fallback === '')).toBe(true);
    expect(optional).toEqual([
      'WEBAPP_DB_PASSWORD',
      'OPENAI_API_KEY',
      'ANTHROPIC_API_KEY',
      'API_ADMIN_PASSWORD',
      'SMTP_PASSWORD',
      'NOTIFIER_WEBHOOK_SECRET',
    ]);
    expect(composeText).not.toMatch(/(PASSWORD|TOKEN|SECRET|_KEY): +['"]*[^\s$'"]/);
    expect(composeText).not.toMatch(/:\/\/\w+:[^$]+@/);
  });

  it('gives executors longer to stop than they give their runs', () => {
    const { drainMs } = new ExecutorConfiguration();
    const graceSeconds = Number.parseInt(interpolate(composeService('executor').stop_grace_period ?? '', {}));

    expect(graceSeconds * 1_000).toBeGreaterThanOrEqual(drainMs + 10_000);
  });

  it('leaves the broker room for all streams', () => {
    const { streams } = topology(Object.assign(new SetupConfiguration(), { streamReplicas: 1 }));
    const wanted = streams.reduce((sum, { max_bytes: bytes = 0 }) => sum + bytes, 0);
    const { NATS_MAX_FILE = '' } = containerEnvironment('nats', nothingMissing());

    expect(NATS_MAX_FILE).toMatch(/^\d+GB$/);
    expect(Number.parseInt(NATS_MAX_FILE) * 1024 ** 3).toBeGreaterThan(wanted);
  });
});

function nothingMissing(): Record<string, string> {
  return Object.fromEntries(
    composeVariables()
      .filter(({ isRequired }) => isRequired)
      .map(({ name }) => [name, 'x']),
  );
}
