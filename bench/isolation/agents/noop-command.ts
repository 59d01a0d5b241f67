import { createInterface } from 'node:readline';
import { noopMetrics } from './noop-metrics.js';

/** Speaks docs/child-protocol.md: one `run` comes in, its `result` goes out, and the end of the input ends it. */
createInterface({ input: process.stdin }).on('line', (line) => {
  const message = JSON.parse(line) as { type: string; id: string };
  if (message.type === 'run') {
    const result = { type: 'result', id: message.id, metrics: noopMetrics() };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }
});
