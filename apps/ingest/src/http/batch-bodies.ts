import { PayloadTooLargeException, UnsupportedMediaTypeException } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { BATCH_BYTES_LIMIT, BATCH_JSON_LIMIT_BYTES, BATCH_PATH } from './batch-limits.js';

const NDJSON = 'application/x-ndjson';

/** Teaches a server the bodies of batches: a larger JSON than others, and NDJSON, which is read as it comes. */
export function takeBatchBodies(server: FastifyInstance): void {
  server.addHook('onRoute', (route) => {
    if (route.url === BATCH_PATH) {
      route.bodyLimit = BATCH_JSON_LIMIT_BYTES;
    }
  });
  server.addContentTypeParser(NDJSON, (request, payload, done) => {
    const refusal = refusalOf(request);
    if (refusal === undefined) {
      done(null, payload);
    } else {
      done(refusal);
    }
  });
}

function refusalOf({ routeOptions, headers }: FastifyRequest): Error | undefined {
  if (routeOptions.url !== BATCH_PATH) {
    return new UnsupportedMediaTypeException(`${NDJSON} is for ${BATCH_PATH}`);
  }
  return Number(headers['content-length']) > BATCH_BYTES_LIMIT
    ? new PayloadTooLargeException(`The body must be at most ${BATCH_BYTES_LIMIT} bytes`)
    : undefined;
}
