import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { freePort } from '../../apps/standalone/src/servers/free-port.js';
import { findNatsBinary } from '../../apps/standalone/src/servers/nats-binary.js';
import type { NatsBinary } from '../../apps/standalone/src/servers/nats-binary.js';
import { NatsServer } from '../../apps/standalone/src/servers/nats-server.js';
import { PostgresServer } from '../../apps/standalone/src/servers/postgres-server.js';
import { createServerDirectory, removeServerDirectory } from './server-directory.js';

declare module 'vitest' {
  interface ProvidedContext {
    natsUrl: string;
    /** The superuser on database agent_metrics_db. */
    postgresUrl: string;
    /** The password of the superuser and of agent_platform. */
    postgresPassword: string;
    /** The nats-server program, for servers private to a spec. */
    natsBinary: NatsBinary;
    /** Where the data of the shared servers lies. */
    serverDirectory: string;
  }
}

const PASSWORD = 'for-tests-only';

/** One nats-server and one Postgres for all specs on real servers. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const natsBinary = await findNatsBinary({ environment: process.env, report: (line) => console.log(line) });
  const directory = await createServerDirectory();
  const starts = await Promise.allSettled([
    NatsServer.start({ binary: natsBinary, storeDir: join(directory, 'nats') }),
    PostgresServer.start({
      dataDir: join(directory, 'postgres'),
      port: await freePort(),
      password: PASSWORD,
      durable: false,
      maxConnections: 500, // of all specs that run side by side
    }),
  ]);
  const [nats, postgres] = starts;
  const stop = async (): Promise<void> => {
    await Promise.all(starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value.stop()] : [])));
    await removeServerDirectory(directory);
  };
  if (nats.status === 'rejected' || postgres.status === 'rejected') {
    await stop();
    const reasons = starts.flatMap((start) => (start.status === 'rejected' ? [start.reason as unknown] : []));
    throw new AggregateError(reasons, `Servers for tests did not start: ${reasons.map(String).join('; ')}`);
  }
  project.provide('natsUrl', nats.value.url);
  project.provide('postgresUrl', postgres.value.url('agent_metrics_db'));
  project.provide('postgresPassword', PASSWORD);
  project.provide('natsBinary', natsBinary);
  project.provide('serverDirectory', directory);
  return stop;
}
