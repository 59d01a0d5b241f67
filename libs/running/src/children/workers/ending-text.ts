import type { AttemptFault } from '../../attempts/attempt-outcome.js';
import type { Ending } from '../processes/running-program.js';

/** V8 ends the process when a heap is full, and this is all that it says about it. */
const HEAP_IS_FULL = 'JavaScript heap out of memory';

/** What a child's end, which nobody had asked for, means for the run that it worked on. */
export function faultOf(ending: Ending): AttemptFault {
  if (ending.lastLines.some((line) => line.includes(HEAP_IS_FULL))) {
    return fault('memory', `Its heap was full: ${endingText(ending)}`);
  }
  return fault('crash', endingText(ending));
}

/** How a child ended, with its last words. */
export function endingText({ code, signal, spawnError, lastLines }: Ending): string {
  if (spawnError !== undefined) {
    return `The child could not be started: ${spawnError}`;
  }
  const how = signal === null ? `with exit code ${code}` : `by signal ${signal}`;
  const words = lastLines.length === 0 ? '' : `. It last printed:\n${lastLines.join('\n')}`;
  return `The child ended ${how} before the run did${words}`;
}

/** An attempt that a child has spoilt; another one may do better. */
export function fault(reason: AttemptFault['reason'], error: string): AttemptFault {
  return { kind: 'failed', reason, error, isRetryable: true };
}
