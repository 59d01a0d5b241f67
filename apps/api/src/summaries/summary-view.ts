import { ApiProperty } from '@nestjs/swagger';
import { PageSchema } from '../http/page.js';
import { SummaryFigures } from './summary-figures.js';

/** The runs of an agent that finished on one UTC day. */
export class SummaryView extends SummaryFigures {
  @ApiProperty({ example: 'machine_health' })
  agent: string;

  @ApiProperty({ format: 'date', example: '2026-11-22' })
  day: string;
}

export class SummaryPage extends PageSchema(SummaryView) {}
