import { randomUUIDv7 } from 'node:crypto';
import { assertRequestId, ContractViolation, MetricReport, validateContract } from '#contracts';
import { Body, Controller, Headers, Post, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
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
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<{ run_id: number } | { request_id: string }> {
    const report = validateContract(MetricReport, objectOf(body));
    const requestId = key ?? randomUUIDv7();
    assertRequestId(requestId, 'Idempotency-Key');
    const outcome = await this.intake.take(requestId, report);
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

function objectOf(body: unknown): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ContractViolation([{ field: '', message: 'the body must be a JSON object' }]);
  }
  return body as Record<string, unknown>;
}
