import { IsIn, IsISO8601, IsObject, IsOptional, Matches } from 'class-validator';
import { SCHEDULE_NAME_PATTERN } from '../tokens/schedule-name.js';
import { RUN_TRIGGERS, type RunTrigger } from './run-trigger.js';

/**
 * Where a run came from. Events carry it, because the run's row may be made by any of them:
 * a run that is over within a second has no row before its final event.
 */
export class RunOrigin {
  @IsIn(RUN_TRIGGERS)
  trigger: RunTrigger;

  /** ISO 8601, when the broker stored the request. */
  @IsISO8601()
  requested_at: string;

  @IsOptional()
  @Matches(SCHEDULE_NAME_PATTERN)
  schedule?: string;

  @IsOptional()
  @IsISO8601()
  scheduled_for?: string;

  @IsOptional()
  @IsObject()
  input?: Record<string, unknown>;
}
