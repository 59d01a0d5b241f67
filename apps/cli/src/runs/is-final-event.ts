const FINAL = new Set(['succeeded', 'failed', 'cancelled', 'reported']);

/** Whether nothing follows this event of a run. @param event its name in the event stream */
export function isFinalEvent(event: string): boolean {
  return FINAL.has(event);
}
