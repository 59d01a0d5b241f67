import { ApiProperty } from '@nestjs/swagger';

const PROBLEM = {
  type: 'string',
  nullable: true,
  description: 'Why it could not be done; null when it was',
} as const;

/** The most that is counted. */
export const MOST_COUNTED = 100_000;

class BulkOutcome {
  @ApiProperty({
    type: 'integer',
    maximum: MOST_COUNTED,
    description: `Runs that are meant from the cursor on; no more than ${MOST_COUNTED} are counted`,
  })
  matched: number;

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Send it as `cursor` to go on; null when all that were meant have had their turn',
  })
  next_cursor: string | null;
}

export class CancelledRun {
  @ApiProperty({ type: 'integer' })
  run_id: number;

  @ApiProperty()
  request_id: string;

  @ApiProperty({
    enum: ['running', 'success', 'failed', 'cancelled'],
    nullable: true,
    description: 'running: its executor knows, and the agent has not obeyed yet',
  })
  status: 'running' | 'success' | 'failed' | 'cancelled' | null;

  @ApiProperty(PROBLEM)
  problem: string | null;
}

export class BulkCancellation extends BulkOutcome {
  @ApiProperty({ type: [CancelledRun], description: 'None with dry_run' })
  runs: CancelledRun[];
}

export class RetriedRun {
  @ApiProperty({ type: 'integer' })
  run_id: number;

  @ApiProperty()
  request_id: string;

  @ApiProperty({ type: 'string', nullable: true, description: 'request_id of the new run' })
  new_request_id: string | null;

  @ApiProperty(PROBLEM)
  problem: string | null;
}

export class BulkRetry extends BulkOutcome {
  @ApiProperty({ type: [RetriedRun], description: 'None with dry_run' })
  runs: RetriedRun[];
}
