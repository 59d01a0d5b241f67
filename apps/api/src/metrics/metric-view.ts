import { ApiProperty } from '@nestjs/swagger';
import { PageSchema } from '../http/page.js';

const DAY = { type: 'string', format: 'date', nullable: true, example: '2026-11-22' } as const;

/** A metric that an agent reports. */
export class MetricNameView {
  @ApiProperty({ example: 'items' })
  metric: string;

  @ApiProperty({ enum: ['number', 'text'] })
  kind: 'number' | 'text';

  @ApiProperty({ ...DAY, description: 'The first UTC day with a number; null of texts' })
  first_day: string | null;

  @ApiProperty(DAY)
  last_day: string | null;
}

export class MetricNamePage extends PageSchema(MetricNameView) {}

/** One reading. */
export class MetricPointView {
  @ApiProperty({ format: 'date-time', description: 'When its run finished' })
  recorded_at: string;

  @ApiProperty({ type: 'number', nullable: true, description: 'null of a text' })
  value: number | null;

  @ApiProperty({ type: 'string', nullable: true, description: 'null of a number' })
  text: string | null;

  @ApiProperty({ type: 'integer' })
  run_id: number;
}

export class MetricPointPage extends PageSchema(MetricPointView) {}

/** The readings of one UTC day. */
export class DailyMetricView {
  @ApiProperty({ format: 'date', example: '2026-11-22' })
  day: string;

  @ApiProperty({ example: 'items' })
  metric: string;

  @ApiProperty({ type: 'integer' })
  count: number;

  @ApiProperty()
  sum: number;

  @ApiProperty()
  mean: number;

  @ApiProperty()
  min: number;

  @ApiProperty()
  max: number;
}

export class DailyMetricPage extends PageSchema(DailyMetricView) {}
