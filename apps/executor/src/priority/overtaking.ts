import { Interruption, type RunControl } from '#running';
import type { HighLane } from './high-lane.js';

/** Requests of high priority that are run in the place of one that has just been delivered. */
export interface Overtaking {
  /** Resolves when the one that was overtaken has its turn, or has to end. */
  readonly turn: Promise<unknown>;
  /** Resolves when its place is its own again: it must not be settled before. */
  readonly over: Promise<void>;
}

/** @param control of the run that is overtaken */
export function overtake(lane: HighLane, control: RunControl): Overtaking {
  const { promise: interrupted, resolve } = Promise.withResolvers<void>();
  control.onInterruption(resolve);
  const over = runBefore(lane, control);
  return {
    turn: Promise.race([over, interrupted]).finally(() => control.onInterruption(undefined)),
    over,
  };
}

async function runBefore(lane: HighLane, control: RunControl): Promise<void> {
  await lane.runAll(() => control.interruption === undefined);
  if (!lane.isOpen) {
    const message = 'Handed back: it waited for others, and meanwhile no runs of the agent are begun here';
    control.interrupt(new Interruption('drain', message));
  }
}
