import { RUN_TRIGGERS, type RunTrigger } from '#contracts';
import type { RunStatus } from '#database';
import { ApiProperty } from '@nestjs/swagger';
import { PageSchema } from '../http/page.js';

/** Every status of a run; the last three are final. */
export const RUN_STATUSES = ['pending', 'running', 'success', 'failed', 'cancelled'] as const;

const TIME = { type: 'string', format: 'date-time', nullable: true } as const;
const TEXT = { type: 'string', nullable: true } as const;

/** A run, as lists show it. */
export class RunView {
  @ApiProperty({ type: 'integer', nullable: true, description: 'null before it is stored', example: 4711 })
  run_id: number | null;

  @ApiProperty({ example: '0199f2c4-7a00-7c3e-9d5b-2f1c6a1e4b77' })
  request_id: string;

  @ApiProperty({ example: 'machine_health' })
  agent: string;

  @ApiProperty({ enum: RUN_STATUSES })
  status: RunStatus;

  @ApiProperty({ enum: RUN_TRIGGERS })
  trigger: RunTrigger;

  @ApiProperty({ ...TEXT, description: 'Name of the schedule whose fire it is' })
  schedule: string | null;

  @ApiProperty({ ...TIME, description: 'The nominal instant of that fire, or when it was to begin (run_at)' })
  scheduled_for: string | null;

  @ApiProperty({ format: 'date-time' })
  requested_at: string;

  @ApiProperty({ ...TIME, description: 'When the newest attempt began' })
  started_at: string | null;

  @ApiProperty(TIME)
  finished_at: string | null;

  @ApiProperty({
    type: 'integer',
    description: 'Number of the newest attempt; 0 before the first',
    example: 1,
  })
  attempt: number;

  @ApiProperty(TEXT)
  error_message: string | null;

  @ApiProperty({ ...TEXT, example: 'timeout' })
  failure_reason: string | null;

  @ApiProperty({ type: 'number', nullable: true, description: 'Percent, as the agent says' })
  progress: number | null;

  @ApiProperty(TEXT)
  progress_message: string | null;

  @ApiProperty({ ...TEXT, description: 'Who works on it, or had it last' })
  executor: string | null;
}

/** The same as plain data. */
export type RunFacts = Pick<RunView, keyof RunView>;

export class RunPage extends PageSchema(RunView) {}

/** An attempt that ended without deciding its run. */
export class AttemptView {
  @ApiProperty({ type: 'integer', example: 1 })
  attempt: number;

  @ApiProperty({ example: 'error' })
  reason: string;

  @ApiProperty(TEXT)
  error_message: string | null;

  @ApiProperty(TEXT)
  executor: string | null;

  @ApiProperty(TIME)
  started_at: string | null;

  @ApiProperty({ format: 'date-time' })
  finished_at: string;
}

export const TIME_LINE_EVENTS = [
  'requested',
  'started',
  'attempt_failed',
  'succeeded',
  'failed',
  'cancelled',
] as const;

/** A moment in the life of a run. */
export class TimeLineEntry {
  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ enum: TIME_LINE_EVENTS })
  event: (typeof TIME_LINE_EVENTS)[number];

  @ApiProperty({ type: 'integer', nullable: true })
  attempt: number | null;

  @ApiProperty(TEXT)
  detail: string | null;
}

/** Everything about one run but its log. */
export class RunDetail extends RunView {
  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  input: Record<string, unknown> | null;

  @ApiProperty({ type: [AttemptView], description: 'Those that failed without deciding the run' })
  attempts: AttemptView[];

  @ApiProperty({
    type: 'object',
    additionalProperties: { oneOf: [{ type: 'number' }, { type: 'string' }, { type: 'boolean' }] },
    example: { items: 42 },
  })
  metrics: Record<string, number | string | boolean>;

  @ApiProperty({ type: [TimeLineEntry] })
  time_line: TimeLineEntry[];

  @ApiProperty({
    enum: ['nats', 'postgres'],
    isArray: true,
    description: 'Servers that are away, so that what they know may be missing here',
  })
  unavailable: ('nats' | 'postgres')[];
}

/** What a run returned. */
export class RunResult {
  @ApiProperty({ type: 'integer', nullable: true })
  run_id: number | null;

  @ApiProperty()
  request_id: string;

  @ApiProperty({ enum: RUN_STATUSES })
  status: RunStatus;

  @ApiProperty({
    nullable: true,
    type: 'object',
    additionalProperties: true,
    description: 'Any JSON; null when there is none',
  })
  result: unknown;

  @ApiProperty(TEXT)
  error_message: string | null;
}

/** A line of a run's log. */
export class LogLineView {
  @ApiProperty({ type: 'integer', example: 1 })
  attempt: number;

  @ApiProperty({ type: 'integer', description: 'From 0 within the attempt' })
  line: number;

  @ApiProperty({ format: 'date-time' })
  at: string;

  @ApiProperty({ example: 'info' })
  level: string;

  @ApiProperty()
  message: string;
}

export class LogPage extends PageSchema(LogLineView) {}

/** A run that was asked for. */
export class RunRequested {
  @ApiProperty({ description: 'Where the run is found: /api/runs/{request_id}' })
  request_id: string;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null before it is stored' })
  run_id: number | null;

  @ApiProperty({ example: 'machine_health' })
  agent: string;
}

/** What came of a cancellation. */
export class RunCancellation {
  @ApiProperty()
  request_id: string;

  @ApiProperty({
    enum: ['running', 'success', 'failed', 'cancelled'],
    description: 'running: its executor knows, and the agent has not obeyed yet',
  })
  status: 'running' | 'success' | 'failed' | 'cancelled';
}
