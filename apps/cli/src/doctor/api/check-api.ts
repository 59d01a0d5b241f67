import { ApiClient } from '../../api/api-client.js';
import { RefusedError } from '../../platform/refused-error.js';
import type { DoctorConfiguration } from '../doctor-configuration.js';
import { type Findings, reasonOf } from '../finding.js';

const MOST_EXECUTORS = 1_000;
const UNKNOWN_CALLER = 401;
const SERVERS_AWAY = 503;
const AWAY_ADVICE = 'See the lines above; the log of the api says why it does not reach it';

interface Health {
  readonly status: string;
  readonly dependencies: Readonly<Record<string, { readonly status: string }>>;
}

interface Service {
  readonly service: string;
  readonly consumer: string;
  readonly status: string;
  readonly unread: number;
}

interface Executor {
  readonly id: string;
  readonly version: string | null;
  readonly status: string;
  readonly held_runs: number;
  readonly concurrency: number;
}

/** The services, by the HTTP API. */
export async function checkApi(configuration: DoctorConfiguration, findings: Findings): Promise<void> {
  const { apiUrl, apiToken } = configuration;
  if (apiUrl === undefined) {
    findings.skipped('api', 'API_URL is not set', 'Set API_URL, and API_TOKEN with the scope read');
    return;
  }
  const client = new ApiClient({ url: apiUrl, ...(apiToken !== undefined && { token: apiToken }) });
  if (!(await answers(client, apiUrl, findings))) {
    findings.skipped('services', 'Executors, ingest and notifier: the api is away');
    return;
  }
  if (await letsIn(client, apiToken, findings)) {
    await findings.attempt('executors', async () => await checkExecutors(client, findings));
    await findings.attempt('services', async () => await checkServices(client, findings));
  }
}

async function answers(client: ApiClient, apiUrl: string, findings: Findings): Promise<boolean> {
  try {
    const { dependencies } = await client.get<Health>('/health');
    const away = Object.entries(dependencies).filter(([, { status }]) => status !== 'up');
    if (away.length === 0) {
      findings.ok('api', `The api at ${new URL(apiUrl).host} is ready`);
    } else {
      const names = away.map(([name]) => name).join(', ');
      findings.problem('api', `The api does not reach ${names}`, AWAY_ADVICE);
    }
    return true;
  } catch (error) {
    if (error instanceof RefusedError && error.problem.status === SERVERS_AWAY) {
      findings.problem(
        'api',
        'The api, or a proxy before it, answers 503: it reaches neither NATS nor Postgres',
        AWAY_ADVICE,
      );
      return false;
    }
    findings.problem(
      'api',
      reasonOf(error),
      'Start the api, or set API_URL to where it is; its log says what is wrong',
    );
    return false;
  }
}

async function letsIn(client: ApiClient, token: string | undefined, findings: Findings): Promise<boolean> {
  try {
    await client.get('/me');
    return true;
  } catch (error) {
    const isUnknown = error instanceof RefusedError && error.problem.status === UNKNOWN_CALLER;
    const reason = token === undefined ? 'API_TOKEN is not set' : 'the api does not know this API_TOKEN';
    findings.skipped(
      'services',
      `Executors, ingest and notifier: ${isUnknown ? reason : reasonOf(error)}`,
      isUnknown ? 'Make one with `npx agent-platform tokens create doctor --scope read`' : null,
    );
    return false;
  }
}

async function checkExecutors(client: ApiClient, findings: Findings): Promise<void> {
  const executors = await client.list<Executor>('/executors', {}, MOST_EXECUTORS);
  const versions = [...new Set(executors.map(({ version }) => version ?? 'unknown'))];
  const held = executors.reduce((sum, { held_runs }) => sum + held_runs, 0);
  const places = executors.reduce((sum, { concurrency }) => sum + concurrency, 0);
  if (executors.every(({ status }) => status === 'draining')) {
    const message = executors.length === 0 ? 'No executor is alive' : 'All executors are about to stop';
    findings.problem('executors', message, 'Start an executor: until then runs wait');
  } else if (versions.length > 1) {
    const message = `${executors.length} executors of different versions: ${versions.join(', ')}`;
    findings.warning('executors', message, 'Bring all of them to one version');
  } else {
    const count = executors.length === 1 ? '1 executor is' : `${executors.length} executors are`;
    findings.ok('executors', `${count} alive, with ${held} of ${places} places taken`);
  }
}

async function checkServices(client: ApiClient, findings: Findings): Promise<void> {
  const { services } = await client.get<{ readonly services: readonly Service[] }>('/health/services');
  for (const [service, own] of Map.groupBy(services, (each) => each.service)) {
    const unread = own.reduce((sum, each) => sum + each.unread, 0);
    const silent = own.filter(({ status }) => status !== 'up').map(({ consumer }) => consumer);
    if (silent.length === 0) {
      findings.ok(service, `Reads, and has ${unread} messages before it`);
    } else {
      const message = `Nobody has read by ${silent.join(', ')} for half a minute; ${unread} messages wait`;
      const advice = `Start ${service}; what it has not read is not trimmed`;
      if (service === 'ingest') {
        findings.problem(service, message, advice);
      } else {
        findings.warning(service, message, advice);
      }
    }
  }
}
