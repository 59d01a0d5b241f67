import { MAX_MESSAGE_BYTES } from '#contracts';
import { topology } from '#topology';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { DoctorConfiguration } from '../doctor-configuration.js';
import { type Findings, reasonOf } from '../finding.js';
import { ClockReading, judgeSkew } from '../machine/clock-skew.js';
import { checkAgentConsumers } from './agent-consumers.js';
import { checkScheduler } from './scheduler-sign.js';
import { checkStore } from './store-check.js';
import { TopologyCheck } from './topology-check.js';

const TIMEOUT_MS = 5_000;
/** Room for the headers of the largest message. */
const HEADER_BYTES = 65_536;
const OLDEST = [2, 9, 10] as const;

/** The server of NATS, and all that the platform has on it. */
export async function checkNats(configuration: DoctorConfiguration, findings: Findings): Promise<void> {
  const { natsUrl } = configuration;
  if (natsUrl === undefined) {
    const advice = 'Set NATS_URL, and NATS_USER and NATS_PASSWORD of the user operator or setup';
    findings.skipped('server', 'NATS_URL is not set', advice);
    return;
  }
  const connection = await connected(natsUrl, configuration, findings);
  if (connection === undefined) {
    findings.skipped('streams', 'Streams, consumers and scheduler: NATS is away');
    return;
  }
  try {
    await checkBroker(connection, configuration, findings);
  } finally {
    await connection.close();
  }
}

async function connected(
  natsUrl: string,
  { natsUser, natsPassword }: DoctorConfiguration,
  findings: Findings,
): Promise<NatsConnection | undefined> {
  try {
    return await connect({
      servers: natsUrl.split(','),
      name: 'doctor',
      timeout: TIMEOUT_MS,
      reconnect: false,
      // A service may listen to its own inbox only.
      inboxPrefix: natsUser === undefined || natsUser === 'operator' ? '_INBOX' : `_INBOX_${natsUser}`,
      ...(natsUser !== undefined && { user: natsUser }),
      ...(natsPassword !== undefined && { pass: natsPassword }),
    });
  } catch (error) {
    const advice = 'Start nats-server, or set NATS_URL, NATS_USER and NATS_PASSWORD to what it takes';
    findings.problem('server', `NATS lets nobody in at ${hostsOf(natsUrl)}: ${reasonOf(error)}`, advice);
    return undefined;
  }
}

async function checkBroker(
  connection: NatsConnection,
  configuration: DoctorConfiguration,
  findings: Findings,
): Promise<void> {
  await findings.attempt('server', async () => await checkServer(connection, findings));
  const manager = await jetstreamManager(connection, { timeout: TIMEOUT_MS, checkAPI: false });
  const wanted = topology(configuration);
  if (!(await hasJetStream(manager, findings))) {
    return;
  }
  await findings.attempt(
    'clock',
    async () => await checkClock(manager, wanted.streams[0]?.name ?? '', findings),
  );
  const check = new TopologyCheck(manager, findings, configuration.setupHint);
  await findings.attempt('streams', async () => await check.run(wanted));
  await findings.attempt('consumers', async () => await checkAgentConsumers(connection, manager, findings));
  await checkStore(configuration, check.growthBytes, findings);
  await findings.attempt('scheduler', async () => await checkScheduler(manager, findings));
}

async function checkServer(connection: NatsConnection, findings: Findings): Promise<void> {
  const { version = '0.0.0', max_payload: maxPayload = 0 } = connection.info ?? {};
  const roundTripMs = await connection.rtt();
  const said = `nats-server ${version} at ${connection.getServer()} answers in ${roundTripMs} ms`;
  if (isOlder(version, OLDEST)) {
    findings.problem(
      'server',
      said,
      `Install ${OLDEST.join('.')} or newer: this one ignores settings of the platform`,
    );
  } else {
    findings.ok('server', said);
  }
  if (maxPayload < MAX_MESSAGE_BYTES + HEADER_BYTES) {
    const message = `It takes messages of ${maxPayload} bytes at most; those of the platform have up to ${MAX_MESSAGE_BYTES}, and headers`;
    findings.warning('payload', message, 'Set max_payload: 2MB in the configuration of nats-server');
  }
}

async function hasJetStream(manager: JetStreamManager, findings: Findings): Promise<boolean> {
  try {
    const { streams, consumers } = await manager.getAccountInfo();
    findings.ok('jetstream', `JetStream has ${streams} streams and ${consumers} consumers`);
    return true;
  } catch (error) {
    const advice = 'Turn JetStream on in nats-server, or log in as operator or setup: others may not look';
    findings.problem('jetstream', `JetStream does not answer: ${reasonOf(error)}`, advice);
    return false;
  }
}

/** The broker says its time since 2.10. */
async function checkClock(manager: JetStreamManager, stream: string, findings: Findings): Promise<void> {
  const reading = new ClockReading();
  const { ts } = (await manager.streams.info(stream)) as { readonly ts?: string };
  if (ts === undefined) {
    findings.skipped('clock', 'nats-server does not tell its time before 2.10');
  } else {
    judgeSkew(findings, 'NATS', reading.skewOf(Date.parse(ts)));
  }
}

function isOlder(version: string, than: readonly number[]): boolean {
  const parts = version.split(/[.-]/).map(Number);
  const differing = than.findIndex((part, index) => parts[index] !== part);
  return differing !== -1 && (parts[differing] ?? 0) < (than[differing] ?? 0);
}

/** Without what may be a password. */
function hostsOf(natsUrl: string): string {
  return natsUrl
    .split(',')
    .map((url) => new URL(url).host)
    .join(', ');
}
