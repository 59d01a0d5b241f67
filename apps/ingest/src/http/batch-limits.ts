/** Where batches of reports are posted. */
export const BATCH_PATH = '/metrics/batch';
/** Most reports of a batch. */
export const MAX_BATCH_REPORTS = 10_000;
/** Largest body of a batch that is one JSON array: it is in memory as a whole. */
export const BATCH_JSON_LIMIT_BYTES = 8 * 1024 * 1024;
/** Largest body of a batch as NDJSON, of which only a part is ever in memory. */
export const BATCH_BYTES_LIMIT = 64 * 1024 * 1024;
/** Most lines of NDJSON, blank ones included, which cost time as well. */
export const MAX_BATCH_LINES = 2 * MAX_BATCH_REPORTS;
