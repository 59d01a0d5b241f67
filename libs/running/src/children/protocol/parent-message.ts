/** Why a run has to end before it is done, as a child is told. */
export type CancelReason = 'timeout' | 'drain' | 'cancelled';

/** Asks a child for one attempt of a run. */
export interface RunMessage {
  readonly type: 'run';
  /** Names the attempt: `<request_id>:<attempt>`. */
  readonly id: string;
  readonly agent: string;
  readonly request_id: string;
  readonly attempt: number;
  readonly input: Record<string, unknown>;
  readonly time_limit_ms: number;
}

interface CancelMessage {
  readonly type: 'cancel';
  readonly id: string;
  readonly reason: CancelReason;
}

export interface CacheReplyMessage {
  readonly type: 'cache_reply';
  readonly n: number;
  readonly value: unknown;
  readonly error: string | null;
}

interface PingMessage {
  readonly type: 'ping';
  readonly n: number;
}

/** Everything that an executor says to a child; `docs/child-protocol.md` has the meaning. */
export type ParentMessage = RunMessage | CancelMessage | CacheReplyMessage | PingMessage;
