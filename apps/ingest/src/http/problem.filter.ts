import { STATUS_CODES } from 'node:http';
import { ContractViolation } from '#contracts';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
  PayloadTooLargeException,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { BatchStoppedException } from './batch-stopped.exception.js';
import type { Problem } from './problem.js';
import { UnavailableException } from './unavailable.exception.js';

const UNAUTHORIZED = 401;
const TOO_LARGE = 413;
const UNPROCESSABLE = 422;
const INTERNAL = 500;

/** Answers every error as problem details; what is nobody's fault but ours says nothing about itself. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    this.answer(error, host.switchToHttp().getResponse<FastifyReply>());
  }

  /** Also for what Fastify refuses before it has found a route, such as a malformed URL. */
  answer(error: unknown, reply: FastifyReply): void {
    const isStopped = error instanceof BatchStoppedException;
    const cause = isStopped ? error.cause : error;
    const problem = this.problemOf(cause, reply);
    if (cause instanceof UnavailableException) {
      reply.header('Retry-After', String(cause.retryAfterSeconds));
    }
    if (problem.status === UNAUTHORIZED) {
      reply.header('WWW-Authenticate', 'Bearer');
    }
    void reply
      .status(problem.status)
      .header('Content-Type', 'application/problem+json')
      .send(JSON.stringify(isStopped ? { ...problem, items: error.items } : problem));
  }

  private problemOf(error: unknown, reply: FastifyReply): Problem {
    if (error instanceof ContractViolation) {
      return problem(UNPROCESSABLE, error.message, error);
    }
    const status = statusOf(error);
    if (status === TOO_LARGE && !(error instanceof PayloadTooLargeException)) {
      // Fastify does not name the bound, which batches have of their own.
      const limitBytes = reply.request.routeOptions.bodyLimit;
      return problem(status, `The body must be at most ${limitBytes} bytes`);
    }
    if (status < INTERNAL || error instanceof HttpException) {
      return problem(status, (error as Error).message);
    }
    this.logger.error({ err: error }, 'A request failed unexpectedly');
    return problem(INTERNAL, 'Something went wrong here; the log of the service says what');
  }
}

/** Of Nest's exceptions, and of Fastify's errors about bodies that are too large, not JSON or of another type. */
function statusOf(error: unknown): number {
  if (error instanceof HttpException) {
    return error.getStatus();
  }
  const { statusCode } = (error ?? {}) as { statusCode?: unknown };
  return typeof statusCode === 'number' && error instanceof Error ? statusCode : INTERNAL;
}

function problem(status: number, detail: string, violation?: ContractViolation): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...(violation !== undefined && { errors: violation.violations }),
  };
}
