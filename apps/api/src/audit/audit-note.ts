import type { FastifyRequest } from 'fastify';

/** What a handler knows of its change, and the request does not say. */
export interface AuditNote {
  readonly target?: string;
  /** Never a secret. */
  readonly details?: Record<string, unknown>;
  /** Who it is, where the route is public. */
  readonly user?: string;
}

const NOTES = new WeakMap<FastifyRequest, AuditNote>();

/** Adds to what will be written down about the request. */
export function noteAudit(request: FastifyRequest, note: AuditNote): void {
  NOTES.set(request, { ...NOTES.get(request), ...note });
}

export function auditNoteOf(request: FastifyRequest): AuditNote {
  return NOTES.get(request) ?? {};
}
