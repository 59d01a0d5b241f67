import { ContractViolation } from '#contracts';
import { Body, Controller, Headers, HttpCode, Post, Req } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import type { Caller } from '../access/caller.js';
import { CurrentCaller } from '../access/current-caller.decorator.js';
import { Requires } from '../access/requires.decorator.js';
import { noteAudit } from '../audit/audit-note.js';
import { Audited } from '../audit/audited.decorator.js';
import { Problems } from '../http/problems.decorator.js';
import { BulkCancelRequest, BulkRetryRequest, MAX_BULK } from './bulk-requests.js';
import { BulkRuns } from './bulk-runs.js';
import { BulkCancellation, BulkRetry } from './bulk-view.js';

const BOUND = `${MAX_BULK} at most in one call, the oldest first; go on with \`next_cursor\`. With \`dry_run\` they are only counted.`;

/** `POST /api/runs/cancel` and `POST /api/runs/retry`: many runs by a filter. */
@ApiTags('runs')
@Requires('operate')
@Controller('runs')
export class BulkController {
  constructor(private readonly runs: BulkRuns) {}

  @Post('cancel')
  @HttpCode(200)
  @Audited('runs.bulk_cancel')
  @ApiOperation({
    summary: 'End all runs that a filter means, of those that are stored',
    description: `At least one filter must be given. ${BOUND}`,
  })
  @ApiOkResponse({ type: BulkCancellation })
  @Problems(400, 415, 422)
  async cancelRuns(
    @Body() body: BulkCancelRequest,
    @CurrentCaller() { name }: Caller,
    @Req() request: FastifyRequest,
  ): Promise<BulkCancellation> {
    noteAudit(request, { details: { ...body } });
    refuseAll(body);
    const outcome = await this.runs.cancel(body, name);
    noteAudit(request, { details: { ...body, matched: outcome.matched, runs: outcome.runs.length } });
    return outcome;
  }

  @Post('retry')
  @HttpCode(200)
  @Audited('runs.bulk_retry')
  @ApiOperation({
    summary:
      'Ask for a new run, with the same input, for all that have failed or were cancelled since a time',
    description: BOUND,
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'Begins the request_ids of the new runs: sent again, it makes no second ones',
    schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{1,80}$' },
  })
  @ApiOkResponse({ type: BulkRetry })
  @Problems(400, 415, 422)
  async retryRuns(
    @Body() body: BulkRetryRequest,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: FastifyRequest,
  ): Promise<BulkRetry> {
    noteAudit(request, { details: { ...body } });
    const outcome = await this.runs.retry(body, key);
    noteAudit(request, { details: { ...body, matched: outcome.matched, runs: outcome.runs.length } });
    return outcome;
  }
}

/** Everything is not meant by leaving all out. */
function refuseAll({ agent, trigger, status, from, to }: BulkCancelRequest): void {
  if ([agent, trigger, status, from, to].every((filter) => filter === undefined)) {
    const message = 'one of agent, trigger, status, from and to must be given';
    throw new ContractViolation([{ field: '', message }]);
  }
}
