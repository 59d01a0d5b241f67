import { STATUS_CODES } from 'node:http';
import { type CommandProblem, ContractViolation, type Violation } from '#contracts';
import { isDatabaseUnavailable } from '#database';
import { BrokerUnavailableException, StreamFullException } from '#jetstream';
import { HttpException } from '@nestjs/common';

const BAD_REQUEST = 400;
const UNAVAILABLE = 503;
const INTERNAL = 500;

/** What the caller is told of an error. Of one that nobody foresaw: nothing. */
export function problemOf(error: unknown): CommandProblem {
  if (error instanceof ContractViolation) {
    return problem(BAD_REQUEST, error.message, error.violations);
  }
  if (error instanceof HttpException) {
    return problem(error.getStatus(), error.message);
  }
  if (error instanceof BrokerUnavailableException || error instanceof StreamFullException) {
    return problem(UNAVAILABLE, 'NATS can not take or give this now; try again');
  }
  if (isDatabaseUnavailable(error)) {
    return problem(UNAVAILABLE, 'Postgres can not be read now; try again');
  }
  return problem(INTERNAL, 'The command failed unexpectedly');
}

/** Whether it is the service that has to be looked at, and not the command. */
export function isUnforeseen({ status }: CommandProblem): boolean {
  return status === INTERNAL;
}

/** Whether it may work later. */
export function isUnavailable({ status }: CommandProblem): boolean {
  return status === UNAVAILABLE;
}

function problem(status: number, detail: string, errors?: readonly Violation[]): CommandProblem {
  return { status, title: STATUS_CODES[status] ?? 'Error', detail, ...(errors !== undefined && { errors }) };
}
