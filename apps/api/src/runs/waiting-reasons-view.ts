import type { RunStatus } from '#database';
import { ApiProperty } from '@nestjs/swagger';
import { RUN_STATUSES } from './run-view.js';

const WAITING_REASONS = [
  'run_at',
  'no_executor',
  'agent_paused',
  'breaker_open',
  'limit_reached',
  'executors_busy',
  'behind_others',
  'waits_for_retry',
  'handed_over',
  'next',
] as const;
export type WaitingReason = (typeof WAITING_REASONS)[number];

/** Something that is in the way of a run. */
export class WaitingReasonView {
  @ApiProperty({
    enum: WAITING_REASONS,
    description:
      'run_at: it is to begin later; handed_over: an executor was given it, and has said nothing of it yet; next: nothing is in its way',
  })
  reason: WaitingReason;

  @ApiProperty({ description: 'For people' })
  detail: string;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'When that ends by itself, if it does: of a retry, at the latest',
  })
  until: string | null;

  @ApiProperty({
    type: [String],
    nullable: true,
    description:
      'Of a limit: the request_ids of runs that have reached it, the oldest ones; null when not known',
  })
  runs: string[] | null;
}

/** Why a run does not run yet. */
export class RunWaiting {
  @ApiProperty()
  request_id: string;

  @ApiProperty({ type: 'integer', nullable: true })
  run_id: number | null;

  @ApiProperty({ example: 'machine_health' })
  agent: string;

  @ApiProperty({ enum: RUN_STATUSES })
  status: RunStatus;

  @ApiProperty({ description: 'false: it runs, or it is over' })
  is_waiting: boolean;

  @ApiProperty({ type: [WaitingReasonView], description: 'All that is known to be in its way' })
  reasons: WaitingReasonView[];

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Requests before it in the queue of its agent',
  })
  ahead: number | null;

  @ApiProperty({ type: [String], description: 'What could not be found out now, for people' })
  unknown: string[];

  @ApiProperty({ enum: ['nats', 'postgres'], isArray: true, description: 'Servers that are away' })
  unavailable: ('nats' | 'postgres')[];
}
