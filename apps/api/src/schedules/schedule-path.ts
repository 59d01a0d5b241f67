import { AGENT_NAME_PATTERN, SCHEDULE_NAME_PATTERN } from '#contracts';
import { NotFoundException } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';

/** What the path of a schedule names: `/api/schedules/{agent}/{schedule}`. */
export class SchedulePath {
  @ApiProperty({ example: 'machine_health' })
  agent: string;

  @ApiProperty({ example: 'nightly' })
  schedule: string;
}

/** @throws NotFoundException for what can be the name of no schedule */
export function checkedPath({ agent, schedule }: SchedulePath): SchedulePath {
  if (!AGENT_NAME_PATTERN.test(agent) || !SCHEDULE_NAME_PATTERN.test(schedule)) {
    throw new NotFoundException('There is no such schedule');
  }
  return { agent, schedule };
}
