import type { FastifyRequest } from 'fastify';

/** What `Authorization: Bearer …` says; nothing when the request has no such header. */
export function bearerToken({ headers }: FastifyRequest): string | undefined {
  return /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
}
