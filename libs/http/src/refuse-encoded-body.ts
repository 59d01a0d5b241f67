import { UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/**
 * Hook of Fastify: nothing here unpacks a body, so a packed one would be told that it is no JSON.
 * @throws UnsupportedMediaTypeException
 */
export async function refuseEncodedBody({ headers }: FastifyRequest): Promise<void> {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') {
    throw new UnsupportedMediaTypeException('Content-Encoding must be identity: send the body as it is');
  }
}
