import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DoctorConfiguration } from '../doctor-configuration.js';
import type { Findings } from '../finding.js';
import { checkFreeSpace, sized } from '../machine/disk-space.js';

const TIMEOUT_MS = 5_000;
const SYNC_ADVICE =
  'Set `sync_interval: always` in the block jetstream (nats-server 2.10 or newer): without it a power cut may take acknowledged messages';
const UNKNOWN_ADVICE = 'Set NATS_MONITORING_URL to the monitoring port, such as http://nats:8222';

/** Of `/varz` what is read; what is absent is not known. */
interface Monitored {
  readonly jetstream?: {
    readonly config?: { readonly max_storage?: number; readonly sync_always?: boolean };
    readonly stats?: { readonly storage?: number };
  };
}

/**
 * The disk of JetStream, and whether a power cut may take something: by the monitoring port, or by the files of `npm start`.
 * @param growthBytes what the streams may still take
 */
export async function checkStore(
  { natsMonitoringUrl, localDataDir }: DoctorConfiguration,
  growthBytes: number,
  findings: Findings,
): Promise<void> {
  if (natsMonitoringUrl !== undefined) {
    await findings.attempt(
      'store',
      async () => await checkMonitored(natsMonitoringUrl, growthBytes, findings),
    );
  } else if (localDataDir === undefined) {
    findings.skipped(
      'store',
      'How JetStream keeps its messages, and on what disk, is not told over NATS',
      UNKNOWN_ADVICE,
    );
  } else {
    await findings.attempt('sync', async () => await checkLocalSync(localDataDir, findings));
    await findings.attempt(
      'disk',
      async () => await checkFreeSpace(findings, join(localDataDir, 'nats'), growthBytes),
    );
  }
}

async function checkMonitored(url: string, growthBytes: number, findings: Findings): Promise<void> {
  const response = await fetch(`${url.replace(/\/+$/, '')}/varz`, {
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const { jetstream } = (await response.json()) as Monitored;
  tellSync(jetstream?.config?.sync_always === true, findings);
  const { max_storage: bound = 0 } = jetstream?.config ?? {};
  const { storage: used = 0 } = jetstream?.stats ?? {};
  const said = `JetStream uses ${sized(used)} of ${sized(bound)}`;
  if (bound - used < growthBytes) {
    const advice = 'Raise max_file of JetStream (NATS_MAX_FILE), or lower the bounds of the streams';
    findings.warning('store', `${said}, and the streams may still take ${sized(growthBytes)}`, advice);
  } else {
    findings.ok('store', said);
  }
}

async function checkLocalSync(dataDir: string, findings: Findings): Promise<void> {
  const text = await readFile(join(dataDir, 'nats.conf'), 'utf8');
  tellSync(/^\s*sync_interval: always$/m.test(text), findings);
}

function tellSync(isAlways: boolean, findings: Findings): void {
  if (isAlways) {
    findings.ok('sync', 'Acknowledged messages are on the disk, so they survive a power cut');
  } else {
    findings.warning('sync', 'JetStream writes to the disk later than it acknowledges', SYNC_ADVICE);
  }
}
