import { IsInt, IsISO8601, IsString, Min } from 'class-validator';
import { EventType, RunEvent } from './run-event.js';

/**
 * An attempt holds the run. Published before a redelivered request starts (the claim), and by any attempt that
 * outlives 200 ms.
 */
export class RunStarted extends RunEvent {
  @EventType('started')
  readonly type = 'started';

  @IsString()
  executor: string;

  /** ISO 8601, when the agent's code began. */
  @IsISO8601()
  started_at: string;

  /** Attempts charged before this one. A drain charges nothing, so this can be less than `attempt - 1`. */
  @IsInt()
  @Min(0)
  charged: number;
}
