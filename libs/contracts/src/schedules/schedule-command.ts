import { IsOptional, Matches, MaxLength } from 'class-validator';
import { AskedBy } from '../commands/asked-by.js';
import { IsAgentName } from '../tokens/agent-name.js';
import { SCHEDULE_NAME_PATTERN } from '../tokens/schedule-name.js';

/** Pauses, resumes or deletes a schedule. A paused one leaves rows of its fires, and no runs. */
export class ScheduleCommand extends AskedBy {
  @IsAgentName()
  agent: string;

  @Matches(SCHEDULE_NAME_PATTERN, { message: 'schedule must be 1 to 50 characters of a-z, 0-9 and _' })
  schedule: string;

  /** Of a pause, for people. */
  @IsOptional()
  @MaxLength(1_000, { message: 'reason must be a text of at most 1000 characters' })
  reason?: string;
}

export interface ScheduleCommandAnswer {
  readonly agent: string;
  readonly schedule: string;
  /** False when it was so already. */
  readonly changed: boolean;
}
