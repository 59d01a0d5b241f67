import {
  Body,
  ConflictException,
  Controller,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import { ApiAcceptedResponse, ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../access/current-caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { noteAudit } from '../audit/audit-note.js';
import { Audited } from '../audit/audited.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { isFinalStatus } from './is-final-status.js';
import { KnownRuns } from './known-runs.js';
import { RetryRun, RunQuery, StartRun } from './run-requests.js';
import { RunStarter, type TakenRun } from './run-starter.js';
import { RunTable } from './run-table.js';
import { RunPage, RunRequested } from './run-view.js';

const KEY_HEADER = {
  name: 'Idempotency-Key',
  required: false,
  description: 'Becomes the request_id: however often it is sent, there is one run',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,100}$' },
} as const;

/** `/api/runs`: lists runs and starts them. */
@ApiTags('runs')
@Controller('runs')
export class RunController {
  constructor(
    private readonly table: RunTable,
    private readonly known: KnownRuns,
    private readonly starter: RunStarter,
  ) {}

  @Get()
  @Requires('read')
  @ApiOperation({ summary: 'Stored runs, newest first' })
  @ApiOkResponse({ type: RunPage })
  @Problems(422)
  async listRuns(@Query() query: RunQuery): Promise<RunPage> {
    return await this.table.list(query);
  }

  @Post()
  @HttpCode(202)
  @Requires('operate')
  @Audited('runs.start')
  @ApiOperation({ summary: 'Ask for a run, now or at an instant; answers once NATS has it on its disk' })
  @ApiHeader(KEY_HEADER)
  @ApiAcceptedResponse({ type: RunRequested, headers: { Location: { schema: { type: 'string' } } } })
  @Problems(400, 404, 413, 415, 422)
  async startRun(
    @Body() { agent, run_at: runAt, priority, ...request }: StartRun,
    @Headers('idempotency-key') key: string | undefined,
    @CurrentCaller() { name: by }: Caller,
    @Req() httpRequest: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunRequested> {
    noteAudit(httpRequest, { details: { agent, ...(runAt !== undefined && { run_at: runAt }) } });
    const taken = await this.starter.start({ agent, request, key, priority, runAt, by });
    noteAudit(httpRequest, { target: taken.requestId });
    return await this.answer(reply, agent, taken);
  }

  @Post(':id/retry')
  @HttpCode(202)
  @Requires('operate')
  @Audited('runs.retry')
  @ApiOperation({ summary: 'Ask for a new run like one that is over, with its input or another one' })
  @ApiHeader(KEY_HEADER)
  @ApiAcceptedResponse({ type: RunRequested, headers: { Location: { schema: { type: 'string' } } } })
  @Problems(400, 404, 409, 413, 415, 422)
  async retryRun(
    @Param('id') id: string,
    @Body() { input, run_at: runAt, priority, ...request }: RetryRun,
    @Headers('idempotency-key') key: string | undefined,
    @CurrentCaller() { name: by }: Caller,
    @Req() httpRequest: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunRequested> {
    const run = await this.known.find(id);
    const { agent, status, request_id: before } = run.view;
    if (!isFinalStatus(status)) {
      throw new ConflictException(`The run is ${status}: only one that is over can be retried`);
    }
    const taken = await this.starter.start({
      agent,
      request: { ...request, ...inputOf(input ?? run.input) },
      key,
      priority,
      runAt,
      by,
    });
    noteAudit(httpRequest, { target: before, details: { agent, request_id: taken.requestId } });
    return await this.answer(reply, agent, taken);
  }

  private async answer(
    reply: FastifyReply,
    agent: string,
    { requestId, isRepeated }: TakenRun,
  ): Promise<RunRequested> {
    reply.header('Location', `/api/runs/${requestId}`);
    if (!isRepeated) {
      return { request_id: requestId, run_id: null, agent };
    }
    reply.header('Idempotency-Replayed', 'true');
    // It is taken, whatever Postgres says.
    const stored = await this.table.find(requestId).catch(() => undefined);
    return { request_id: requestId, run_id: stored?.runId ?? null, agent };
  }
}

function inputOf(input: Record<string, unknown> | null): { input?: Record<string, unknown> } {
  return input === null ? {} : { input };
}
