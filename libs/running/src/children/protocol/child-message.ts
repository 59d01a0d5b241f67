import type { LogEntryLevel, MetricValue, MetricValues } from '#contracts';

/** The version of the protocol that this executor speaks. */
export const PROTOCOL_VERSION = 1;
/** Longest line of a child with its newline, in bytes. */
export const MAX_CHILD_LINE_BYTES = 1_048_576;

export interface HelloMessage {
  readonly type: 'hello';
  readonly protocol: number;
  /** Free text for logs. */
  readonly program?: string | null;
  /** Names of agents, or their declarations. */
  readonly agents: readonly unknown[];
}

interface PongMessage {
  readonly type: 'pong';
  readonly n: number;
}

export interface ProgressMessage {
  readonly type: 'progress';
  readonly id: string;
  readonly percent: number;
  readonly message?: string | null;
}

interface LogMessage {
  readonly type: 'log';
  readonly id: string;
  readonly level: LogEntryLevel;
  readonly message: string;
}

interface MetricMessage {
  readonly type: 'metric';
  readonly id: string;
  readonly name: string;
  readonly value: MetricValue;
}

interface UsageMessage {
  readonly type: 'usage';
  readonly id: string;
  readonly model: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  readonly cost_usd?: number | null;
}

interface CacheGetMessage {
  readonly type: 'cache_get';
  readonly id: string;
  readonly n: number;
  readonly key: string;
}

interface CachePutMessage {
  readonly type: 'cache_put';
  readonly id: string;
  readonly n: number;
  readonly key: string;
  readonly value: unknown;
  readonly ttl_ms?: number | null;
}

interface CacheDeleteMessage {
  readonly type: 'cache_delete';
  readonly id: string;
  readonly n: number;
  readonly key: string;
}

export interface ResultMessage {
  readonly type: 'result';
  readonly id: string;
  readonly metrics: MetricValues;
  readonly result?: unknown;
}

export interface ErrorMessage {
  readonly type: 'error';
  /** Absent when the child can't even start. */
  readonly id?: string | null;
  readonly error_type: string;
  readonly message: string;
  readonly trace?: string | null;
  readonly retryable?: boolean | null;
}

export type CacheMessage = CacheGetMessage | CachePutMessage | CacheDeleteMessage;
/** What a child says about the run that it works on. */
export type RunReportMessage =
  | ProgressMessage
  | LogMessage
  | MetricMessage
  | UsageMessage
  | CacheMessage
  | ResultMessage
  | ErrorMessage;
/** Everything that a child says to an executor; `docs/child-protocol.md` has the meaning. */
export type ChildMessage = HelloMessage | PongMessage | RunReportMessage;
