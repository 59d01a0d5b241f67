import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DoctorConfiguration } from '../doctor-configuration.js';
import { type Finding, Findings } from '../finding.js';
import { checkStore } from './store-check.js';

const GIBIBYTE = 1_073_741_824;

describe('checkStore, by the monitoring port', () => {
  let server: Server;
  let jetstream: object = {};

  beforeAll(async () => {
    const answered = Promise.withResolvers<void>();
    server = createServer((_request, response) => response.end(JSON.stringify({ jetstream })));
    server.listen(0, '127.0.0.1', answered.resolve);
    await answered.promise;
  });

  afterAll(() => server.close());

  async function found(growthBytes: number): Promise<readonly Finding[]> {
    const findings = new Findings('nats');
    const { port } = server.address() as AddressInfo;
    const configuration = new DoctorConfiguration();
    configuration.natsMonitoringUrl = `http://127.0.0.1:${port}/`;
    await checkStore(configuration, growthBytes, findings);
    return findings.all;
  }

  it('finds a server in order that writes before it acknowledges, and has space', async () => {
    jetstream = { config: { max_storage: 10 * GIBIBYTE, sync_always: true }, stats: { storage: GIBIBYTE } };

    expect(await found(GIBIBYTE)).toMatchObject([
      { check: 'sync', standing: 'ok' },
      { check: 'store', standing: 'ok', message: 'JetStream uses 1.0 GiB of 10.0 GiB' },
    ]);
  });

  it('warns of a server that writes later, and of one that has not the space it has promised', async () => {
    jetstream = { config: { max_storage: 2 * GIBIBYTE }, stats: { storage: GIBIBYTE } };

    expect(await found(5 * GIBIBYTE)).toMatchObject([
      { check: 'sync', standing: 'warning', advice: expect.stringContaining('sync_interval: always') },
      { check: 'store', standing: 'warning', message: expect.stringContaining('may still take 5.0 GiB') },
    ]);
  });
});
