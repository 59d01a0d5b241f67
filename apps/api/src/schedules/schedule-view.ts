import {
  FIRE_OUTCOMES,
  type FireOutcome,
  MISSED_FIRES,
  type MissedFires,
  type Overlap,
  OVERLAPS,
} from '#contracts';
import type { RunStatus } from '#database';
import { ApiProperty } from '@nestjs/swagger';
import { PauseView } from '../catalogue/agent-view.js';
import { PageSchema } from '../http/page.js';
import { RUN_STATUSES } from '../runs/run-view.js';

const TIME = { type: 'string', format: 'date-time', nullable: true } as const;
const TEXT = { type: 'string', nullable: true } as const;

/**
 * - `active`: it will fire. `paused`: it leaves rows of its fires and no runs.
 * - `ended`: it will not fire again, because its instant is over or its rule can't be used.
 */
export const SCHEDULE_STATES = ['active', 'paused', 'ended'] as const;
export type ScheduleState = (typeof SCHEDULE_STATES)[number];

/** Where a schedule is defined. */
const SCHEDULE_SOURCES = ['code', 'stored'] as const;
export type ScheduleSource = (typeof SCHEDULE_SOURCES)[number];

/** The latest fire that is decided, and what became of it. */
export class LastFireView {
  @ApiProperty({ format: 'date-time' })
  scheduled_for: string;

  @ApiProperty({ enum: FIRE_OUTCOMES })
  outcome: FireOutcome;

  @ApiProperty(TEXT)
  reason: string | null;

  @ApiProperty({ ...TEXT, description: 'Of its run; null when it has none' })
  request_id: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null before the run is stored' })
  run_id: number | null;

  @ApiProperty({ enum: RUN_STATUSES, nullable: true, description: 'null before the run is stored' })
  run_status: RunStatus | null;
}

export class ScheduleView {
  @ApiProperty({ example: 'machine_health' })
  agent: string;

  @ApiProperty({ description: 'Unique within its agent', example: 'nightly' })
  name: string;

  @ApiProperty({
    enum: SCHEDULE_SOURCES,
    description:
      'code: its agent declares it, and it can only be paused and resumed; stored: made at run time',
  })
  source: ScheduleSource;

  @ApiProperty({ enum: SCHEDULE_STATES })
  state: ScheduleState;

  @ApiProperty({ ...TEXT, description: 'When it fires: one of cron, every_ms and at', example: '0 4 * * *' })
  cron: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  every_ms: number | null;

  @ApiProperty({ ...TIME, description: 'Of every_ms: the fire that the others are counted from' })
  from: string | null;

  @ApiProperty(TIME)
  at: string | null;

  @ApiProperty({ example: 'Europe/Madrid' })
  time_zone: string;

  @ApiProperty({ type: 'object', additionalProperties: true, nullable: true })
  input: Record<string, unknown> | null;

  @ApiProperty({ enum: MISSED_FIRES })
  missed_fires: MissedFires;

  @ApiProperty({ type: 'integer' })
  missed_window_ms: number;

  @ApiProperty({ type: 'integer' })
  missed_max: number;

  @ApiProperty({ enum: OVERLAPS })
  overlap: Overlap;

  @ApiProperty({ type: 'integer' })
  queue_max: number;

  @ApiProperty({ ...TEXT, description: 'Who made it at run time' })
  made_by: string | null;

  @ApiProperty({ type: PauseView, nullable: true })
  pause: PauseView | null;

  @ApiProperty({ ...TIME, description: 'What is paused would fire then' })
  next_fire: string | null;

  @ApiProperty({
    type: LastFireView,
    nullable: true,
    description: 'null before the first, or when not known',
  })
  last_fire: LastFireView | null;

  @ApiProperty({ ...TIME, description: 'Every fire up to then is decided; null when not known' })
  decided_until: string | null;

  @ApiProperty({ ...TIME, description: 'The first fire that should have been decided and is not' })
  overdue_since: string | null;
}

export class SchedulePage extends PageSchema(ScheduleView) {
  @ApiProperty({
    enum: ['postgres'],
    isArray: true,
    description: 'Servers that are away, so that last_fire, decided_until and overdue_since are not known',
  })
  unavailable: 'postgres'[];
}

/** One schedule. */
export class ScheduleDetail extends ScheduleView {
  @ApiProperty({ enum: ['postgres'], isArray: true, description: 'As in the list' })
  unavailable: 'postgres'[];
}

/** What came of a pause or its end. */
export class ScheduleChanged {
  @ApiProperty({ example: 'machine_health' })
  agent: string;

  @ApiProperty({ example: 'nightly' })
  schedule: string;

  @ApiProperty({ description: 'false when it was so already' })
  changed: boolean;
}
