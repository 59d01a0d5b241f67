import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Requires } from '../access/requires.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { checkedPath, SchedulePath } from '../schedules/schedule-path.js';
import { FireQuery, FiresOfScheduleQuery } from './fire-query.js';
import { FireTable } from './fire-table.js';
import { FirePage } from './fire-view.js';

/** `/api/fires` and `/api/schedules/{agent}/{schedule}/fires`: the ledger of schedules. */
@ApiTags('schedules')
@Requires('read')
@Controller()
export class FireController {
  constructor(private readonly table: FireTable) {}

  @Get('fires')
  @ApiOperation({ summary: 'What became of the fires of all schedules, the latest instants first' })
  @ApiOkResponse({ type: FirePage })
  @Problems(422)
  async listFires(@Query() query: FireQuery): Promise<FirePage> {
    return await this.table.list({ agent: query.agent }, query);
  }

  @Get('schedules/:agent/:schedule/fires')
  @ApiOperation({ summary: 'What became of the fires of a schedule, also of one that is gone' })
  @ApiOkResponse({ type: FirePage })
  @Problems(404, 422)
  async listFiresOfSchedule(
    @Param() path: SchedulePath,
    @Query() query: FiresOfScheduleQuery,
  ): Promise<FirePage> {
    return await this.table.list(checkedPath(path), query);
  }
}
