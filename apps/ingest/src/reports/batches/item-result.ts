import type { Violation } from '#contracts';

/** What became of one report of a batch, with the status that `POST /metrics` would have answered to it alone. */
export type ItemResult = StoredItem | AcceptedItem | RefusedItem;

interface StoredItem {
  readonly status: 201;
  readonly run_id: number;
  /** The same report was there already, under the same key. */
  readonly replayed?: true;
}

/** Safe in the stream; Postgres, which is away, will have it. */
interface AcceptedItem {
  readonly status: 202;
  readonly request_id: string;
}

export interface RefusedItem {
  /** 503: neither NATS nor Postgres could keep it, it should be sent again. 500: nobody knows whether it is kept. */
  readonly status: 400 | 403 | 413 | 422 | 500 | 503;
  readonly detail: string;
  /** What is wrong with which field, when there is one to blame. */
  readonly errors?: readonly Violation[];
}
