import { availableParallelism } from 'node:os';

/** Runs at the same time of the inline agent: as many as an executor takes by default. */
export const INLINE_CONCURRENCY = 50;

/** Runs at the same time of every other agent, each in a child of its own. The Python agent says the same. */
export const CHILD_CONCURRENCY = 2 * availableParallelism();
