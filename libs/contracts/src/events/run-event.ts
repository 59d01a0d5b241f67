import { Equals, IsInt, IsISO8601, IsObject, Min } from 'class-validator';
import type { RunOrigin } from '../requests/run-origin.js';
import { IsAgentName } from '../tokens/agent-name.js';
import { IsRequestId } from '../tokens/request-id.js';

/** What every fact about a run carries. */
export abstract class RunEvent {
  abstract readonly type: string;

  @IsAgentName()
  agent: string;

  @IsRequestId()
  request_id: string;

  /** Number of the attempt, from 1. It only grows, also over hand-backs that are not charged. */
  @IsInt()
  @Min(1)
  attempt: number;

  /** ISO 8601, when the event was made. */
  @IsISO8601()
  at: string;

  @IsObject()
  origin: RunOrigin;
}

/** Pins the field `type` of an event class. */
export function EventType(type: string): PropertyDecorator {
  return Equals(type);
}
