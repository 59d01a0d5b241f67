import { IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { DeadLetterFilter } from './dead-letter-filter.js';

const MAX_LIMIT = 100;

/** Asks for a page of dead letters, newest first. */
export class ListDeadLetters extends DeadLetterFilter {
  @IsInt({ message: 'limit must be a whole number' })
  @Min(1, { message: 'limit must be at least 1' })
  @Max(MAX_LIMIT, { message: `limit must be at most ${MAX_LIMIT}` })
  limit = 20;

  /** `next_cursor` of the page before. */
  @IsOptional()
  @Matches(/^\d{1,15}$/, { message: 'cursor must be the next_cursor of an earlier answer' })
  cursor?: string;
}

/** A message that a stage refused for good. */
export interface ListedDeadLetter {
  readonly id: number;
  readonly stage: string;
  readonly reason: string;
  /** The stream that the message was read from, and its sequence there. */
  readonly stream: string;
  readonly sequence: number;
  readonly subject: string;
  /** Its `Nats-Msg-Id`, when it had one. */
  readonly message_id: string | null;
  /** ISO 8601, when the broker stored it, and when it was refused. */
  readonly stored_at: string;
  readonly dead_at: string;
  readonly payload_bytes: number;
  /** How the payload begins, as UTF-8. */
  readonly payload_start: string;
}

export interface ListDeadLettersAnswer {
  readonly dead_letters: readonly ListedDeadLetter[];
  /** Asks for the page that follows; null on the last one. */
  readonly next_cursor: string | null;
}
