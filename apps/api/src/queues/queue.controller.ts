import { decodeCursor } from '#http';
import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Requires } from '../access/requires.decorator.js';
import { PageQuery } from '../http/page-query.js';
import { Problems } from '../http/problems.decorator.js';
import { QueueList } from './queue-list.js';
import { QueuePage } from './queue-view.js';

/** `GET /api/queues` */
@ApiTags('queues')
@Controller('queues')
export class QueueController {
  constructor(private readonly queues: QueueList) {}

  @Get()
  @Requires('read')
  @ApiOperation({
    summary: 'What waits and what is under way, per agent and per service, and how full streams are',
    description: "Straight from JetStream's consumer stats, as `nats consumer report RUN_REQUESTS` has them.",
  })
  @ApiOkResponse({ type: QueuePage })
  @Problems(422)
  async listQueues(@Query() { limit, cursor }: PageQuery): Promise<QueuePage> {
    const after = cursor === undefined ? '' : decodeCursor(cursor, ['string'])[0];
    return await this.queues.list({ limit, after });
  }
}
