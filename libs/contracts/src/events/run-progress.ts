import { IsISO8601, IsNumber, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { EventType, RunEvent } from './run-event.js';

/** How far an attempt has come, as its agent says. */
export class RunProgress extends RunEvent {
  @EventType('progress')
  readonly type = 'progress';

  @IsNumber()
  @Min(0)
  @Max(100)
  percent: number;

  @IsOptional()
  @IsString()
  @MaxLength(1_000)
  message?: string;

  @IsString()
  executor: string;

  @IsISO8601()
  started_at: string;

  /** Attempts charged before this one. */
  @IsNumber()
  charged: number;
}
