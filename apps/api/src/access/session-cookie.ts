import { isLoopback } from '#http';
import type { FastifyRequest } from 'fastify';

export const SESSION_COOKIE = 'ap_session';

/** What `Set-Cookie` says to begin a session, or with an empty id and no time to end it. */
export function sessionCookie({ hostname }: FastifyRequest, id: string, lifeSeconds: number): string {
  const parts = [
    `${SESSION_COOKIE}=${id}`,
    'Path=/',
    'HttpOnly',
    'SameSite=Strict',
    `Max-Age=${lifeSeconds}`,
  ];
  // A browser on this machine may speak HTTP with it; anybody else gets there through a proxy with TLS.
  return [...parts, ...(isLoopback(hostname) ? [] : ['Secure'])].join('; ');
}
