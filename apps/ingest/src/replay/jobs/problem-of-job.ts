import { STATUS_CODES } from 'node:http';
import { type CommandProblem, ContractViolation } from '#contracts';
import { isDatabaseUnavailable } from '#database';
import { BrokerUnavailableException } from '#jetstream';
import { HttpException } from '@nestjs/common';

const BAD_REQUEST = 400;
const UNAVAILABLE = 503;
const INTERNAL = 500;

/** What the caller is told of an error. Of one that nobody foresaw: nothing. */
export function problemOfJob(error: unknown): CommandProblem {
  if (error instanceof ContractViolation) {
    return { ...problem(BAD_REQUEST, error.message), errors: error.violations };
  }
  if (error instanceof HttpException) {
    return problem(error.getStatus(), error.message);
  }
  if (error instanceof BrokerUnavailableException) {
    return problem(UNAVAILABLE, 'NATS does not answer ingest');
  }
  if (isDatabaseUnavailable(error)) {
    return problem(UNAVAILABLE, 'Postgres is away or busy');
  }
  return problem(INTERNAL, 'It failed unexpectedly; the log of ingest says more');
}

function problem(status: number, detail: string): CommandProblem {
  return { status, title: STATUS_CODES[status] ?? 'Error', detail };
}
