/**
 * What became of a report. `stored`: committed in Postgres. `accepted`: safe in the stream, Postgres will have it.
 * `taken`: its request_id belongs to another report or run. `refused`: Postgres can't hold a value of it. `away`:
 * neither NATS nor Postgres can keep it now.
 */
export type ReportOutcome =
  | { readonly kind: 'stored'; readonly runId: number; readonly isReplayed: boolean }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'taken' }
  | { readonly kind: 'away' }
  | { readonly kind: 'refused'; readonly reason: string };
