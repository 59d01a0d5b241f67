import { join } from 'node:path';
import { freePort } from '../../apps/standalone/src/servers/free-port.js';
import { NatsServer } from '../../apps/standalone/src/servers/nats-server.js';
import { PostgresServer } from '../../apps/standalone/src/servers/postgres-server.js';

/** A process that starts both servers, prints what it has started as one line of JSON, and stays until it is killed. */
const [directory = '', path = '', version = '', password = ''] = process.argv.slice(2);

const [nats, postgres] = await Promise.all([
  NatsServer.start({ binary: { path, version }, storeDir: join(directory, 'nats') }),
  PostgresServer.start({
    dataDir: join(directory, 'postgres'),
    port: await freePort(),
    password,
    durable: false,
  }),
]);
process.stdout.write(`${JSON.stringify({ nats: nats.pid, postgres: postgres.pid, natsPort: nats.port })}\n`);
process.stdin.resume();
