import { Readable } from 'node:stream';
import { ContractViolation } from '#contracts';
import { Body, Controller, Post, Req, Res, UseGuards } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { mayReportFor, notFor } from '../../http/bound-agents.js';
import { ProducerGuard } from '../../http/producer.guard.js';
import { type BatchItem, isReport } from './batch-item.js';
import { BatchIntake } from './batch-intake.js';
import type { ItemResult } from './item-result.js';
import { ItemReader } from './item-reader.js';

/** The answer to a batch. */
interface BatchAnswer {
  readonly stored: number;
  readonly accepted: number;
  readonly refused: number;
  /** One per report, in their order. */
  readonly items: readonly ItemResult[];
}

/** `POST /metrics/batch`: many reports at once, as a JSON array or as NDJSON. */
@Controller('metrics/batch')
@UseGuards(ProducerGuard)
export class BatchController {
  constructor(
    private readonly reader: ItemReader,
    private readonly intake: BatchIntake,
  ) {}

  /** 200 when every report was taken, 207 when some were not; the items say which. */
  @Post()
  async report(
    @Body() body: unknown,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<BatchAnswer> {
    refuseKey(request);
    const items = await this.take(body, request);
    const count = (...statuses: number[]): number =>
      items.filter(({ status }) => statuses.includes(status)).length;
    const [stored, accepted] = [count(201), count(202)];
    const refused = items.length - stored - accepted;
    reply.status(refused === 0 ? 200 : 207);
    return { stored, accepted, refused, items };
  }

  private async take(body: unknown, request: FastifyRequest): Promise<readonly ItemResult[]> {
    if (!(body instanceof Readable)) {
      return await this.intake.take(permitted(request, this.reader.array(arrayOf(body))));
    }
    try {
      return await this.intake.take(permitted(request, this.reader.lines(request, body)));
    } finally {
      body.resume(); // a producer that still sends would not read its answer
    }
  }
}

/** It would promise that the whole batch is taken once. */
function refuseKey({ headers }: FastifyRequest): void {
  if (headers['idempotency-key'] !== undefined) {
    const message = 'Idempotency-Key is for single reports; in a batch each has a field idempotency_key';
    throw new ContractViolation([{ field: 'Idempotency-Key', message }]);
  }
}

function arrayOf(body: unknown): readonly unknown[] {
  if (!Array.isArray(body)) {
    throw new ContractViolation([{ field: '', message: 'the body must be a JSON array of reports' }]);
  }
  return body;
}

/** Refuses the reports for agents that the producer's token is not for. */
async function* permitted(
  request: FastifyRequest,
  chunks: AsyncIterable<readonly BatchItem[]>,
): AsyncGenerator<BatchItem[]> {
  for await (const chunk of chunks) {
    yield chunk.map((item) =>
      isReport(item) && !mayReportFor(request, item.event.agent)
        ? { status: 403, detail: notFor(item.event.agent) }
        : item,
    );
  }
}
