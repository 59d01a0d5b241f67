import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Requires } from '../access/requires.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { WaitingExplanation } from './waiting-explanation.js';
import { RunWaiting } from './waiting-reasons-view.js';

/** `GET /api/runs/{id}/waiting` */
@ApiTags('runs')
@Controller('runs/:id/waiting')
export class WaitingController {
  constructor(private readonly explanation: WaitingExplanation) {}

  @Get()
  @Requires('read')
  @ApiOperation({ summary: 'Why a run does not run yet, as far as it can be known now' })
  @ApiOkResponse({ type: RunWaiting })
  @Problems(404)
  async explainRunWaiting(@Param('id') id: string): Promise<RunWaiting> {
    return await this.explanation.of(id);
  }
}
