import { RUN_PRIORITIES, type RunPriority } from '#contracts';
import { ApiProperty } from '@nestjs/swagger';
import { PageSchema } from '../http/page.js';

/** A run that was asked for and begins at an instant to come. */
export class LaterRunView {
  @ApiProperty({ example: '0199f2c4-7a00-7c3e-9d5b-2f1c6a1e4b77' })
  request_id: string;

  @ApiProperty({ example: 'machine_health' })
  agent: string;

  @ApiProperty({ format: 'date-time' })
  run_at: string;

  @ApiProperty({ enum: RUN_PRIORITIES })
  priority: RunPriority;

  @ApiProperty({ format: 'date-time' })
  asked_at: string;

  @ApiProperty({ type: 'string', nullable: true })
  asked_by: string | null;
}

export class LaterRunPage extends PageSchema(LaterRunView) {}
