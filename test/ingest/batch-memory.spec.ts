import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../../apps/standalone/src/servers/free-port.js';
import { Platform } from '../support/platform.js';
import type { ServiceProcess } from '../support/service-process.js';
import { IngestClient, report } from './ingest-client.js';

const NDJSON = { 'content-type': 'application/x-ndjson' };
const REPORTS = 10_000;
/** Of each report: 27 MB in all. */
const TEXT_BYTES = 2_500;
/** Less than the bodies that make it, with room for when the garbage collector comes. */
const MAX_GROWTH_MIB = 85;
/** The garbage collector is in no hurry; a body read as a whole, and parsed, would take more. */
const MAX_MIB = 512;

describe('the memory of ingest', () => {
  let platform: Platform;
  let ingest: ServiceProcess;
  let client: IngestClient;

  beforeAll(async () => {
    platform = await Platform.start();
    const port = await freePort();
    ingest = platform.spawn('apps/ingest/src/main.js', { INGEST_PORT: String(port) });
    client = new IngestClient(`http://127.0.0.1:${port}`);
    await vi.waitFor(async () => await client.untilHealthy(), { timeout: 20_000, interval: 100 });
  });

  afterAll(async () => await platform?.stop());

  /** The most that the process has ever had. */
  function peakMiB(): number {
    const [, kib] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${ingest.pid}/status`, 'utf8')) ?? [];
    return Number(kib) / 1_024;
  }

  function batch(textBytes: number): string {
    const error = 'e'.repeat(textBytes);
    return `${JSON.stringify(report({ error }))}\n`.repeat(REPORTS);
  }

  async function postBatches(count: number, textBytes: number): Promise<void> {
    for (let round = 0; round < count; round += 1) {
      const answer = await client.sendBatch(batch(textBytes), NDJSON);
      expect(answer).toMatchObject({ status: 200, body: { stored: REPORTS } });
    }
  }

  it.runIf(process.platform === 'linux')(
    'stays flat over batches of 27 MB',
    { timeout: 120_000 },
    async () => {
      await postBatches(3, TEXT_BYTES);
      const beforeMiB = peakMiB();
      await postBatches(4, TEXT_BYTES);
      expect(peakMiB() - beforeMiB).toBeLessThan(MAX_GROWTH_MIB);
      expect(peakMiB()).toBeLessThan(MAX_MIB);
    },
  );
});
