import { type AuditEntry, ContractViolation } from '#contracts';
import { type CallHandler, type ExecutionContext, HttpException, Injectable } from '@nestjs/common';
import type { NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { from, lastValueFrom, type Observable } from 'rxjs';
import { callerOf } from '../access/caller.js';
import { translateError } from '../http/translate-error.js';
import { auditNoteOf } from './audit-note.js';
import { AuditTrail } from './audit-trail.js';
import { AUDITED } from './audited-key.js';

const LONGEST = 300;
const UNPROCESSABLE = 422;
const INTERNAL = 500;

/** Writes down what was asked for on a route that is `@Audited`, and what came of it. */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly reflector: Reflector,
    private readonly trail: AuditTrail,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const action = this.reflector.get<string>(AUDITED, context.getHandler());
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return from(this.handle(action, request, reply, next));
  }

  private async handle(
    action: string,
    request: FastifyRequest,
    reply: FastifyReply,
    next: CallHandler,
  ): Promise<unknown> {
    try {
      const answer: unknown = await lastValueFrom(next.handle(), { defaultValue: undefined });
      await this.trail.record({ ...entryOf(action, request), outcome: 'done', status: reply.statusCode });
      return answer;
    } catch (error) {
      const status = statusOf(translateError(error));
      const outcome = status < INTERNAL ? 'refused' : 'failed';
      await this.trail.record({ ...entryOf(action, request), outcome, status });
      throw error;
    }
  }
}

type Facts = Omit<AuditEntry, 'id' | 'at' | 'outcome' | 'status'>;

function entryOf(action: string, request: FastifyRequest): Facts {
  const { target = firstOf(request.params), details, user } = auditNoteOf(request);
  const caller = callerOf(request);
  return {
    action,
    actor_kind: caller?.kind ?? 'user',
    actor: (caller?.name ?? user ?? '').slice(0, LONGEST),
    address: request.ip,
    ...(target !== undefined && { target: target.slice(0, LONGEST) }),
    ...(details !== undefined && { details }),
  };
}

function firstOf(params: unknown): string | undefined {
  const value: unknown = Object.values((params ?? {}) as Record<string, unknown>)[0];
  return typeof value === 'string' ? value : undefined;
}

function statusOf(error: unknown): number {
  if (error instanceof ContractViolation) {
    return UNPROCESSABLE;
  }
  return error instanceof HttpException ? error.getStatus() : INTERNAL;
}
