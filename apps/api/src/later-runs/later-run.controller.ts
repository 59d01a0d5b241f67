import { AGENT_NAME_PATTERN, IsAgentName } from '#contracts';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiPropertyOptional, ApiTags } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { Requires } from '../access/requires.decorator.js';
import { fromNats } from '../http/in-reach.js';
import { PageQuery } from '../http/page-query.js';
import { pageByKey } from '../http/page.js';
import { Problems } from '../http/problems.decorator.js';
import { LaterRunStore } from './later-run-store.js';
import { LaterRunPage, type LaterRunView } from './later-run-view.js';

class LaterRunQuery extends PageQuery {
  @ApiPropertyOptional({ pattern: AGENT_NAME_PATTERN.source })
  @IsOptional()
  @IsAgentName()
  agent?: string;
}

/** `GET /api/later-runs` */
@ApiTags('runs')
@Controller('later-runs')
export class LaterRunController {
  constructor(private readonly store: LaterRunStore) {}

  @Get()
  @Requires('read')
  @ApiOperation({ summary: 'Runs that were asked for and begin at an instant to come, the next one first' })
  @ApiOkResponse({ type: LaterRunPage })
  @Problems(422)
  async listLaterRuns(@Query() query: LaterRunQuery): Promise<LaterRunPage> {
    const runs = await fromNats('The runs that begin later', async () => await this.store.all());
    const views = [...runs]
      .filter(([, { agent }]) => query.agent === undefined || agent === query.agent)
      .map(([request_id, { agent, run_at, priority, asked_at, asked_by }]): LaterRunView => {
        return { request_id, agent, run_at, priority, asked_at, asked_by: asked_by ?? null };
      });
    const sorted = views.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    return pageByKey(sorted, query, keyOf);
  }
}

function keyOf({ run_at, request_id }: LaterRunView): string {
  return `${run_at} ${request_id}`;
}
