/** Largest message on any stream, in bytes: the broker's default `max_payload`. */
export const MAX_MESSAGE_BYTES = 1_048_576;
