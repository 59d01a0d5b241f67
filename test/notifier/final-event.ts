/** What a run's final event says, beside what all of them do. */
export type Ending =
  | { readonly result?: unknown; readonly metrics?: object }
  | { readonly error: string; readonly reason?: string };

/** A final event, with other fields than usual where they are given. */
export function finalEvent(requestId: string, agent: string, ending: Ending, fields: object = {}): object {
  const common = {
    agent,
    request_id: requestId,
    attempt: 1,
    at: '2026-11-22T04:00:45Z',
    origin: { trigger: 'api', requested_at: '2026-11-22T04:00:00Z' },
    executor: 'default-1',
    started_at: '2026-11-22T04:00:00Z',
    finished_at: '2026-11-22T04:00:45Z',
    metrics: {},
  };
  const outcome =
    'error' in ending ? { type: 'failed', reason: 'error', ...ending } : { type: 'succeeded', ...ending };
  return { ...common, ...outcome, ...fields };
}
