import { STATUS_CODES } from 'node:http';
import { ContractViolation, type Violation } from '#contracts';
import {
  type ArgumentsHost,
  Catch,
  type ExceptionFilter,
  HttpException,
  Logger,
  PayloadTooLargeException,
} from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { ExtendedProblem } from './extended-problem.js';
import type { Problem } from './problem.js';
import { RetryableHttpException } from './retryable-http.exception.js';

const UNAUTHORIZED = 401;
const TOO_LARGE = 413;
const UNPROCESSABLE = 422;
const INTERNAL = 500;

/** What a service knows of its own errors: one that says it in HTTP, perhaps as an `ExtendedProblem`, or the same one. */
export type ErrorTranslation = (error: unknown) => unknown;

/** Answers every error as problem details; what is nobody's fault but ours says nothing about itself. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  constructor(private readonly translate: ErrorTranslation = (error) => error) {}

  catch(error: unknown, host: ArgumentsHost): void {
    this.answer(error, host.switchToHttp().getResponse<FastifyReply>());
  }

  /** Also for what Fastify refuses before it has found a route, such as a malformed URL. */
  answer(error: unknown, reply: FastifyReply): void {
    const translated = this.translate(error);
    const told = translated instanceof ExtendedProblem ? translated.error : translated;
    const extension = translated instanceof ExtendedProblem ? translated.extension : {};
    const problem = this.problemOf(told, reply);
    if (told instanceof RetryableHttpException) {
      reply.header('Retry-After', String(told.retryAfterSeconds));
    }
    if (problem.status === UNAUTHORIZED) {
      reply.header('WWW-Authenticate', 'Bearer');
    }
    void reply
      .status(problem.status)
      .header('Content-Type', 'application/problem+json')
      .send(JSON.stringify({ ...problem, ...extension }));
  }

  private problemOf(error: unknown, reply: FastifyReply): Problem {
    if (error instanceof ContractViolation) {
      return problem(UNPROCESSABLE, error.message, error.violations);
    }
    const status = statusOf(error);
    if (status === TOO_LARGE && !(error instanceof PayloadTooLargeException)) {
      // Fastify does not name the bound, which routes may have of their own.
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

function problem(status: number, detail: string, errors?: readonly Violation[]): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...(errors !== undefined && { errors }),
  };
}
