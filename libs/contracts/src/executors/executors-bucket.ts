/** Key-value bucket: the executors that are alive, one key per executor, value an `ExecutorPresence`. */
export const EXECUTORS_BUCKET = 'EXECUTORS';

/** Milliseconds between two words of an executor. */
export const PRESENCE_EVERY_MS = 5_000;

/** Milliseconds of silence after which an executor counts as gone: what the bucket keeps. */
export const PRESENCE_KEPT_MS = 15_000;
