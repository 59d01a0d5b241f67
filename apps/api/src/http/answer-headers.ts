import type { FastifyReply, FastifyRequest } from 'fastify';

/** Hook of Fastify: what is answered is for the caller alone, and no page of somebody else may frame or guess at it. */
export async function answerHeaders(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  void reply.headers({
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'same-origin',
  });
}
