import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Max,
  MaxLength,
  Min,
} from 'class-validator';
import { IsAgentName } from '../tokens/agent-name.js';
import type { InputSchema } from './input-schema.js';
import { ISOLATIONS, type Isolation } from './isolation.js';
import type { NotificationRule } from './notification-rule.js';
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

  @IsIn(ISOLATIONS, { message: `isolation must be one of ${ISOLATIONS.join(', ')}` })
  isolation: Isolation = 'inline';

  /** Runs at the same time over all executors; the consumer's `max_ack_pending`. */
  @IsInt({ message: 'concurrency must be a whole number' })
  @Min(1, { message: 'concurrency must be at least 1' })
  @Max(10_000, { message: 'concurrency must be at most 10000' })
  concurrency: number;

  /** Runs at the same time in one executor; no bound of its own when absent. */
  @IsOptional()
  @IsInt({ message: 'concurrencyPerExecutor must be a whole number' })
  @Min(1, { message: 'concurrencyPerExecutor must be at least 1' })
  @Max(10_000, { message: 'concurrencyPerExecutor must be at most 10000' })
  concurrencyPerExecutor?: number;

  /** How often a run is tried in all, unless its request says otherwise. */
  @IsInt({ message: 'attemptLimit must be a whole number' })
  @Min(1, { message: 'attemptLimit must be at least 1' })
  @Max(100, { message: 'attemptLimit must be at most 100' })
  attemptLimit: number;

  /** Milliseconds an attempt may take before its signal is aborted. */
  @IsInt({ message: 'timeLimitMs must be a whole number of milliseconds' })
  @Min(1, { message: 'timeLimitMs must be at least 1 ms' })
  @Max(7 * 86_400_000, { message: 'timeLimitMs must be at most 7 days' })
  timeLimitMs: number;

  /** Milliseconds that a child process has to obey its signal, before it is killed. */
  @IsInt({ message: 'killGraceMs must be a whole number of milliseconds' })
  @Min(0, { message: 'killGraceMs must be at least 0 ms' })
  @Max(600_000, { message: 'killGraceMs must be at most 10 minutes' })
  killGraceMs = 10_000;

  /** Mebibytes of memory that a child process may hold, with all that it has started. */
  @IsInt({ message: 'memoryLimitMb must be a whole number of mebibytes' })
  @Min(32, { message: 'memoryLimitMb must be at least 32' })
  @Max(1_048_576, { message: 'memoryLimitMb must be at most 1048576' })
  memoryLimitMb = 512;

  /** Failed attempts in a row after which executors stop for a while; 0 for never. */
  @IsInt({ message: 'breakerFailures must be a whole number' })
  @Min(0, { message: 'breakerFailures must be at least 0' })
  @Max(10_000, { message: 'breakerFailures must be at most 10000' })
  breakerFailures = 10;

  /** Milliseconds that they stop, before one run is tried again. */
  @IsInt({ message: 'breakerPauseMs must be a whole number of milliseconds' })
  @Min(100, { message: 'breakerPauseMs must be at least 100 ms' })
  @Max(86_400_000, { message: 'breakerPauseMs must be at most a day' })
  breakerPauseMs = 60_000;

  /** Milliseconds before the second attempt; each further wait is twice as long, up to 10 minutes, ±20 %. */
  @IsInt({ message: 'retryDelayMs must be a whole number of milliseconds' })
  @Min(1, { message: 'retryDelayMs must be at least 1 ms' })
  @Max(600_000, { message: 'retryDelayMs must be at most 10 minutes' })
  retryDelayMs: number;

  @IsArray()
  @ArrayMaxSize(100, { message: 'schedules must be at most 100' })
  schedules: ScheduleDeclaration[];

  @IsArray()
  @ArrayMaxSize(20, { message: 'notifications must be at most 20' })
  notifications: NotificationRule[] = [];

  /** JSON Schema (draft 2020-12) of its input, for people and forms; none when the agent declares no input. */
  @IsOptional()
  @IsObject({ message: 'inputSchema must be a JSON object' })
  inputSchema?: InputSchema;
}
