import { ConflictException, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiHeader,
  ApiOkResponse,
  ApiOperation,
  ApiProduces,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../access/current-caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { Audited } from '../audit/audited.decorator.js';
import { fromNats } from '../http/in-reach.js';
import { Problems } from '../http/problems.decorator.js';
import { CancelCommand } from './cancel-command.js';
import { EventStreams } from './event-streams.js';
import { isFinalStatus } from './is-final-status.js';
import { KnownRuns } from './known-runs.js';
import { RunDetails } from './run-details.js';
import { LogQuery } from './run-requests.js';
import { LogPage, RunCancellation, RunDetail, RunResult } from './run-view.js';

/** `/api/runs/{id}`: one run, by run_id or request_id. */
@ApiTags('runs')
@Controller('runs/:id')
export class OneRunController {
  constructor(
    private readonly known: KnownRuns,
    private readonly details: RunDetails,
    private readonly canceller: CancelCommand,
    private readonly streams: EventStreams,
  ) {}

  @Get()
  @Requires('read')
  @ApiOperation({ summary: 'One run with its attempts, metrics and time line' })
  @ApiOkResponse({ type: RunDetail })
  @Problems(404)
  async getRun(@Param('id') id: string): Promise<RunDetail> {
    return await this.details.detailOf(await this.known.find(id));
  }

  @Get('result')
  @Requires('read')
  @ApiOperation({ summary: 'What a run returned; 409 while it is not over' })
  @ApiOkResponse({ type: RunResult })
  @Problems(404, 409)
  async getRunResult(@Param('id') id: string): Promise<RunResult> {
    const run = await this.known.find(id);
    const { run_id, request_id, status, error_message } = run.view;
    if (!isFinalStatus(status)) {
      throw new ConflictException(`The run is ${status}: it has no result yet`);
    }
    return { run_id, request_id, status, result: this.details.resultOf(run), error_message };
  }

  @Get('logs')
  @Requires('read')
  @ApiOperation({ summary: 'What a run has written, oldest line first' })
  @ApiOkResponse({ type: LogPage })
  @Problems(404, 422)
  async listRunLogs(@Param('id') id: string, @Query() query: LogQuery): Promise<LogPage> {
    return await this.details.logsOf(await this.known.find(id), query);
  }

  @Get('events')
  @Requires('read')
  @ApiOperation({
    summary: 'Follow a run: Server-Sent Events, what already happened first, until it is over',
    description:
      'First `run` with the run as it is (not after a reconnect), then one event per fact: `started`, `progress`, ' +
      '`log`, `attempt_failed`, and at last `succeeded`, `failed`, `cancelled` or `reported`; then the stream ends. ' +
      'A client that reconnects sends `Last-Event-ID` and gets what it has missed; 204 says that there is no more.',
  })
  @ApiHeader({ name: 'Last-Event-ID', required: false, schema: { type: 'string' } })
  @ApiProduces('text/event-stream')
  @ApiOkResponse({ content: { 'text/event-stream': { schema: { type: 'string' } } } })
  @Problems(404)
  async followRun(
    @Param('id') id: string,
    @Req() request: FastifyRequest,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    await this.streams.open(id, request, reply);
  }

  @Post('cancel')
  @HttpCode(202)
  @Requires('operate')
  @Audited('runs.cancel')
  @ApiOperation({ summary: 'End a run, whether it waits or works; repeating it changes nothing' })
  @ApiAcceptedResponse({ type: RunCancellation })
  @Problems(404)
  async cancelRun(@Param('id') id: string, @CurrentCaller() { name }: Caller): Promise<RunCancellation> {
    const { view } = await this.known.find(id);
    const command = { request_id: view.request_id, by: name };
    return await fromNats('The cancellation', async () => await this.canceller.cancel(command));
  }
}
