import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { NonRetryableError } from '../non-retryable-error.js';

const DECODERS: Readonly<Record<string, () => Duplex>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  deflate: () => createInflate(),
  br: () => createBrotliDecompress(),
};
const WITHOUT_BODY = new Set([204, 304]);

/** What `readBody` understands, for the header `Accept-Encoding`. */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/**
 * Reads a response to its end and unpacks it. Ends the connection as soon as more than `maxBytes` have come, packed or
 * unpacked: a small body may unpack to any size.
 * @throws NonRetryableError when it is larger, or packed in a way that wasn't asked for
 */
export async function readBody(
  response: IncomingMessage,
  method: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  if (method === 'HEAD' || WITHOUT_BODY.has(response.statusCode ?? 0)) {
    response.destroy();
    return Buffer.alloc(0);
  }
  const chunks: Buffer[] = [];
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      chunks.push(chunk);
    }
  };
  const atMost = limit(maxBytes);
  const decoder = decoderOf(response);
  await (decoder === undefined
    ? pipeline(response, atMost, collect, { signal })
    : pipeline(response, atMost, decoder, limit(maxBytes), collect, { signal }));
  return Buffer.concat(chunks);
}

function decoderOf(response: IncomingMessage): Duplex | undefined {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  if (encoding === 'identity' || encoding === '') {
    return undefined;
  }
  const decoder = Object.hasOwn(DECODERS, encoding) ? DECODERS[encoding]?.() : undefined;
  if (decoder === undefined) {
    response.destroy();
    throw new NonRetryableError('The response is packed in a way that was not asked for');
  }
  return decoder;
}

function limit(maxBytes: number): (source: AsyncIterable<Buffer>) => AsyncGenerator<Buffer> {
  return async function* atMost(source) {
    let bytes = 0;
    for await (const chunk of source) {
      bytes += chunk.length;
      if (bytes > maxBytes) {
        throw new NonRetryableError(`The response is larger than ${maxBytes} bytes`);
      }
      yield chunk;
    }
  };
}
