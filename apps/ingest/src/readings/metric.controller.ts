import { validateContract } from '#contracts';
import { DatabaseUnavailableException, isDatabaseUnavailable } from '#database';
import { inTime, UnavailableException } from '#http';
import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ProducerGuard } from '../http/producer.guard.js';
import type { MetricPage } from './metric-page.js';
import { MetricQuery } from './metric-query.js';
import { MetricReader } from './metric-reader.js';

const RETRY_AFTER_SECONDS = 5;
const READ_MS = 5_000;
const NUMBERS = ['run_id', 'limit', 'cursor'];

/** `GET /metrics`. */
@Controller('metrics')
@UseGuards(ProducerGuard)
export class MetricController {
  constructor(private readonly reader: MetricReader) {}

  @Get()
  async list(@Query() query: Record<string, unknown>): Promise<MetricPage> {
    const validated = validateContract(MetricQuery, withNumbers(query));
    try {
      return await inTime(this.reader.read(validated), READ_MS, () => new DatabaseUnavailableException());
    } catch (error) {
      if (isDatabaseUnavailable(error)) {
        throw new UnavailableException('Postgres can not be read now', RETRY_AFTER_SECONDS);
      }
      throw error;
    }
  }
}

/** A query holds text only. What is no number stays as it is, for the validation to name. */
function withNumbers(query: Record<string, unknown>): Record<string, unknown> {
  const numbers = NUMBERS.filter((name) => typeof query[name] === 'string' && /^\d+$/.test(query[name]));
  return { ...query, ...Object.fromEntries(numbers.map((name) => [name, Number(query[name])])) };
}
