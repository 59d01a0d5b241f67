import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { workerData } from 'node:worker_threads';
import type { ParentMessage } from '../children/protocol/parent-message.js';
import { LineWriter } from './line-writer.js';
import type { ProtocolThreadData } from './protocol-thread-data.js';

/** How long the agents' code may take to say goodbye after the end of the input. */
const END_MS = 2_000;

const { port, lock, news, descriptor } = workerData as ProtocolThreadData;
const writer = new LineWriter(descriptor, lock);

/**
 * The thread of a child that listens to the executor. Agents have the main thread, where their code finds all that it
 * is used to; so this one answers pings, and ends the process, while an agent computes.
 */
const input = new Socket({ fd: 0, readable: true, writable: false });
const lines = createInterface({ input, crlfDelay: Infinity });
lines.on('line', (line) => {
  const message = JSON.parse(line) as ParentMessage;
  if (message.type === 'ping') {
    writer.write(JSON.stringify({ type: 'pong', n: message.n }));
  } else {
    tell(message);
  }
});
lines.once('close', () => {
  tell({ type: 'end' });
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), END_MS);
});

/** The counter lets the main thread see at once, in the midst of computing, that there is something for it. */
function tell(message: object): void {
  port.postMessage(message);
  Atomics.add(news, 0, 1);
}
