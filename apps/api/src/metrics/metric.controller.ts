import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Requires } from '../access/requires.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { MetricPoints } from './metric-points.js';
import { DailyMetricQuery, MetricNameQuery, MetricPointQuery } from './metric-requests.js';
import { MetricTable } from './metric-table.js';
import { DailyMetricPage, MetricNamePage, MetricPointPage } from './metric-view.js';

/** `/api/metrics` */
@ApiTags('metrics')
@Requires('read')
@Controller('metrics')
export class MetricController {
  constructor(
    private readonly table: MetricTable,
    private readonly points: MetricPoints,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What an agent measures, by name; of texts those of its latest runs' })
  @ApiOkResponse({ type: MetricNamePage })
  @Problems(422)
  async listMetrics(@Query() query: MetricNameQuery): Promise<MetricNamePage> {
    return await this.table.names(query);
  }

  @Get('points')
  @ApiOperation({
    summary: 'The readings of a metric, one by one, the newest first',
    description: 'A page may have fewer than `limit`, or none, and be followed by another all the same.',
  })
  @ApiOkResponse({ type: MetricPointPage })
  @Problems(422)
  async listMetricPoints(@Query() query: MetricPointQuery): Promise<MetricPointPage> {
    return await this.points.list(query);
  }

  @Get('daily')
  @ApiOperation({ summary: 'The readings of numbers per UTC day: count, sum, mean, least and largest' })
  @ApiOkResponse({ type: DailyMetricPage })
  @Problems(422)
  async listDailyMetrics(@Query() query: DailyMetricQuery): Promise<DailyMetricPage> {
    return await this.table.daily(query);
  }
}
