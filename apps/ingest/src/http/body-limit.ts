/** Largest body of a request. Leaves room in a message of 1 MB for what the event adds to the report. */
export const BODY_LIMIT_BYTES = 512 * 1024;
