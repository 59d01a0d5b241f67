import { ForbiddenException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

const BOUND = new WeakMap<FastifyRequest, ReadonlySet<string>>();

/** Notes that the producer may report for these agents only. */
export function bindAgents(request: FastifyRequest, agents: readonly string[]): void {
  BOUND.set(request, new Set(agents));
}

/** Whether the producer that sends the request may report for the agent. */
export function mayReportFor(request: FastifyRequest, agent: string): boolean {
  return BOUND.get(request)?.has(agent) ?? true;
}

/** What a producer is told that may not. */
export function notFor(agent: string): string {
  return `The token may not report for the agent ${agent}`;
}

/** @throws ForbiddenException */
export function assertMayReportFor(request: FastifyRequest, agent: string): void {
  if (!mayReportFor(request, agent)) {
    throw new ForbiddenException(notFor(agent));
  }
}
