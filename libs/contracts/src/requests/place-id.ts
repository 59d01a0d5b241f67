/** The dot keeps these out of the request_ids. */
const PREFIX = 'place.';

/**
 * The `Nats-Msg-Id` of a message on an agent's normal subject that asks for no run of its own: whoever is given it looks
 * for a request of high priority, and may run that in its place.
 * @param reason what it is made for, so that several executors ask for it once
 */
export function placeId(agent: string, reason: string): string {
  return `${PREFIX}${agent}.${reason}`;
}

/** Whether a message of `RUN_REQUESTS` is such a place. */
export function isPlaceId(messageId: string | undefined): boolean {
  return messageId?.startsWith(PREFIX) ?? false;
}
