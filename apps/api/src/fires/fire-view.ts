import { FIRE_OUTCOMES, type FireOutcome } from '#contracts';
import type { RunStatus } from '#database';
import { ApiProperty } from '@nestjs/swagger';
import { PageSchema } from '../http/page.js';
import { RUN_STATUSES } from '../runs/run-view.js';

const TEXT = { type: 'string', nullable: true } as const;

/** What became of a fire, or of many in a row that have nothing else to tell. */
export class FireView {
  @ApiProperty({ example: 'machine_health' })
  agent: string;

  @ApiProperty({ example: 'nightly' })
  schedule: string;

  @ApiProperty({ format: 'date-time', description: 'The nominal instant; of many, the first' })
  scheduled_for: string;

  @ApiProperty({ type: 'integer', description: 'How many fires it stands for, at least' })
  fires: number;

  @ApiProperty({
    type: 'string',
    format: 'date-time',
    nullable: true,
    description: 'Of many, the last instant',
  })
  scheduled_until: string | null;

  @ApiProperty({
    enum: FIRE_OUTCOMES,
    description:
      'fired: its run was asked for; backfilled: afterwards; queued: waits for the run before; skipped: that went ' +
      'on; paused: the schedule was; missed: nobody was there, and it is not made up for',
  })
  outcome: FireOutcome;

  @ApiProperty(TEXT)
  reason: string | null;

  @ApiProperty({ format: 'date-time' })
  decided_at: string;

  @ApiProperty({ ...TEXT, description: 'Of its run; null when it has none' })
  request_id: string | null;

  @ApiProperty({ type: 'integer', nullable: true, description: 'null before the run is stored' })
  run_id: number | null;

  @ApiProperty({ enum: RUN_STATUSES, nullable: true, description: 'null before the run is stored' })
  run_status: RunStatus | null;
}

export class FirePage extends PageSchema(FireView) {}
