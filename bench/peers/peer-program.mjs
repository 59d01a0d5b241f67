import { setTimeout } from 'node:timers/promises';
import { nowMs } from './store-runs.mjs';

const CHUNK = 1_000;
const { PEER_MODE, PEER_PREFIX, PEER_COUNT, PEER_PER_SECOND } = process.env;

/**
 * What each peer is told by the bench: to work until it is stopped, or to ask for runs.
 * @param work starts to work and returns how to stop
 * @param enqueue asks for one or many runs at once
 * @param close ends what `enqueue` needs
 */
export async function peerProgram({ work, enqueue, close }) {
  const count = Number(PEER_COUNT);
  if (PEER_MODE === 'work') {
    const stop = await work();
    process.once('SIGTERM', () => void stop().finally(() => process.exit(0)));
    process.send('ready');
    return;
  }
  if (PEER_MODE === 'enqueue') {
    for (let first = 1; first <= count; first += CHUNK) {
      const length = Math.min(CHUNK, count - first + 1);
      await enqueue(Array.from({ length }, (_, index) => requestOf(first + index)));
    }
  } else {
    await paced(count, Number(PEER_PER_SECOND), enqueue);
  }
  await close();
  process.exit(0);
}

/** At an even pace. What is due in the same millisecond goes together. */
async function paced(count, perSecond, enqueue) {
  const beganAt = performance.now();
  const sent = [];
  let done = 0;
  while (done < count) {
    const due = Math.min(count, Math.ceil(((performance.now() - beganAt) * perSecond) / 1_000));
    if (due > done) {
      const first = done + 1;
      sent.push(enqueue(Array.from({ length: due - done }, (_, index) => requestOf(first + index))));
      done = due;
    }
    await setTimeout(Math.max(1, beganAt + (done * 1_000) / perSecond - performance.now()));
  }
  await Promise.all(sent);
}

function requestOf(number) {
  return { request_id: `${PEER_PREFIX}-${number}`, published_at_ms: nowMs() };
}
