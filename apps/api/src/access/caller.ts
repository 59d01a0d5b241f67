import type { Scope } from '#contracts';
import type { FastifyRequest } from 'fastify';

/** Who sends a request. */
export interface Caller {
  /** `local`: a program on this machine, where nobody has to log in. */
  readonly kind: 'user' | 'token' | 'local';
  /** Of the user or token, for people. */
  readonly name: string;
  /** What makes it another caller: `user:<name>`, `token:<id>`, `local`. */
  readonly id: string;
  readonly scopes: readonly Scope[];
  /** Key of the session, of a user who came with a cookie. */
  readonly session?: string;
}

const CALLERS = new WeakMap<FastifyRequest, Caller>();

/** Notes who sent the request; the guard does. */
export function setCaller(request: FastifyRequest, caller: Caller): void {
  CALLERS.set(request, caller);
}

/** Nobody, when the route is public. */
export function callerOf(request: FastifyRequest): Caller | undefined {
  return CALLERS.get(request);
}
