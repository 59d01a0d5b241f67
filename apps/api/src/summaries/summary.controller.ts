import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Requires } from '../access/requires.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { SummaryQuery } from './summary-query.js';
import { SummaryTable } from './summary-table.js';
import { SummaryPage } from './summary-view.js';

/** `GET /api/summaries` */
@ApiTags('summaries')
@Controller('summaries')
export class SummaryController {
  constructor(private readonly table: SummaryTable) {}

  @Get()
  @Requires('read')
  @ApiOperation({ summary: 'Runs per agent and UTC day, by the day they finished; the newest day first' })
  @ApiOkResponse({ type: SummaryPage })
  @Problems(422)
  async listSummaries(@Query() query: SummaryQuery): Promise<SummaryPage> {
    return await this.table.list(query);
  }
}
