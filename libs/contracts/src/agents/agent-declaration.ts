import { ArrayMaxSize, IsArray, IsInt, IsString, Max, MaxLength, Min } from 'class-validator';
import { IsAgentName } from '../tokens/agent-name.js';
import type { ScheduleDeclaration } from './schedule-declaration.js';

/**
 * What an agent says of itself: an entry of the catalogue, in the bucket `AGENTS`. Executors publish it, the
 * scheduler takes the schedules from it; so the scheduler needs no agent's code, and agents may be in any language.
 */
export class AgentDeclaration {
  @IsAgentName()
  name: string;

  @IsString()
  @MaxLength(1_000, { message: 'description must be at most 1000 characters' })
  description: string;

  /** Runs at the same time over all executors; the consumer's `max_ack_pending`. */
  @IsInt({ message: 'concurrency must be a whole number' })
  @Min(1, { message: 'concurrency must be at least 1' })
  @Max(10_000, { message: 'concurrency must be at most 10000' })
  concurrency: number;

  /** How often a run is tried in all, unless its request says otherwise. */
  @IsInt({ message: 'attemptLimit must be a whole number' })
  @Min(1, { message: 'attemptLimit must be at least 1' })
  @Max(100, { message: 'attemptLimit must be at most 100' })
  attemptLimit: number;

  /** Milliseconds an attempt may take. */
  @IsInt({ message: 'timeLimitMs must be a whole number of milliseconds' })
  @Min(1, { message: 'timeLimitMs must be at least 1 ms' })
  @Max(7 * 86_400_000, { message: 'timeLimitMs must be at most 7 days' })
  timeLimitMs: number;

  /** Milliseconds before the second attempt; each further wait is twice as long, up to 10 minutes, ±20 %. */
  @IsInt({ message: 'retryDelayMs must be a whole number of milliseconds' })
  @Min(1, { message: 'retryDelayMs must be at least 1 ms' })
  @Max(600_000, { message: 'retryDelayMs must be at most 10 minutes' })
  retryDelayMs: number;

  @IsArray()
  @ArrayMaxSize(100, { message: 'schedules must be at most 100' })
  schedules: ScheduleDeclaration[];
}
