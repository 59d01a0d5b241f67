import { decodeCursor } from '#http';
import { Controller, Get, NotFoundException, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Requires } from '../access/requires.decorator.js';
import { pageOf } from '../http/page.js';
import { Problems } from '../http/problems.decorator.js';
import { ExecutorList } from './executor-list.js';
import { ExecutorQuery } from './executor-query.js';
import { ExecutorPage, ExecutorView, executorView } from './executor-view.js';

/** `/api/executors` */
@ApiTags('executors')
@Requires('read')
@Controller('executors')
export class ExecutorController {
  constructor(private readonly executors: ExecutorList) {}

  @Get()
  @ApiOperation({
    summary: 'Executors that are alive, by id',
    description: 'One that has said nothing for 15 seconds is gone; one that stops in order goes at once.',
  })
  @ApiOkResponse({ type: ExecutorPage })
  @Problems(422)
  async listExecutors(@Query() { limit, cursor, agent }: ExecutorQuery): Promise<ExecutorPage> {
    const after = cursor === undefined ? '' : decodeCursor(cursor, ['string'])[0];
    const following = (await this.executors.all()).filter(
      ({ id, agents }) => id > after && (agent === undefined || agents.includes(agent)),
    );
    return pageOf(following.map(executorView), limit, ({ id }) => [id]);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One executor' })
  @ApiOkResponse({ type: ExecutorView })
  @Problems(404)
  async getExecutor(@Param('id') id: string): Promise<ExecutorView> {
    const executor = (await this.executors.all()).find((each) => each.id === id);
    if (executor === undefined) {
      throw new NotFoundException(`No executor ${id} is alive`);
    }
    return executorView(executor);
  }
}
