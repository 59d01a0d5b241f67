import type { ClockMark } from '#contracts';
import { ApiProperty } from '@nestjs/swagger';

const CLOCK_MARKS = ['skipped_time', 'first_of_two', 'second_of_two'] as const satisfies readonly ClockMark[];

/** A fire to come. */
export class PreviewedFireView {
  @ApiProperty({ format: 'date-time', description: 'In UTC', example: '2027-03-28T01:00:00.000Z' })
  at: string;

  @ApiProperty({
    format: 'date-time',
    description: 'In the zone of the schedule, with its offset',
    example: '2027-03-28T03:00:00+02:00',
  })
  local: string;

  @ApiProperty({
    enum: CLOCK_MARKS,
    nullable: true,
    description:
      'What the clocks of the zone do then. skipped_time: they skip the time that is meant, so it fires at the ' +
      'first instant after; first_of_two, second_of_two: they show this time twice',
  })
  mark: ClockMark | null;

  @ApiProperty({ type: [String], description: '<agent>.<schedule> of what else fires then, the first 20' })
  also: readonly string[];

  @ApiProperty({ type: 'integer', description: 'How many there are' })
  also_count: number;
}

export class PreviewView {
  @ApiProperty({ example: 'Europe/Madrid' })
  time_zone: string;

  @ApiProperty({ type: [PreviewedFireView] })
  fires: readonly PreviewedFireView[];
}
