import { assertRequestId, readMetricReport } from '#contracts';
import { Body, Controller, Headers, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { assertMayReportFor } from '../http/bound-agents.js';
import { ProducerGuard } from '../http/producer.guard.js';
import { ReportIntake } from './report-intake.js';

/** `POST /metrics`, as producers have always known it. */
@Controller('metrics')
@UseGuards(ProducerGuard)
export class ReportController {
  constructor(private readonly intake: ReportIntake) {}

  /** 201 with the run_id once the row is committed, 202 with the request_id when only the stream could keep it. */
  @Post()
  async report(
    @Body() body: unknown,
    @Headers('idempotency-key') key: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ run_id: number } | { request_id: string }> {
    const report = readMetricReport(body);
    assertMayReportFor(request, report.agent_name);
    if (key !== undefined) {
      assertRequestId(key, 'Idempotency-Key');
    }
    const { requestId, outcome } = await this.intake.take(key, report);
    if (outcome.kind === 'accepted') {
      reply.status(202);
      return { request_id: requestId };
    }
    if (outcome.isReplayed) {
      reply.header('Idempotency-Replayed', 'true');
    }
    return { run_id: outcome.runId };
  }
}
