import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { CheckedTarget } from './request-guard.js';
import type { RequestHop } from './request-hop.js';

const MAX_HEADER_BYTES = 16_384;

/**
 * Sends one request over a connection of its own to a checked address; the host name stays in `Host` and in TLS.
 * @returns the response as soon as its headers are there
 */
export function openRequest(
  { url, addresses }: CheckedTarget,
  { method, headers, body }: RequestHop,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const request = url.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const outgoing = request(url, {
      method,
      headers,
      signal,
      agent: false,
      maxHeaderSize: MAX_HEADER_BYTES,
      lookup: answering(addresses),
    });
    outgoing.once('response', resolve);
    // Stays for good: an error after the response is thrown by whoever reads it.
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A name service that knows only the addresses that were checked. */
function answering(addresses: CheckedTarget['addresses']): LookupFunction {
  return (_hostname, { all }, callback) => {
    const [first] = addresses;
    if (all === true) {
      callback(null, [...addresses]);
    } else {
      callback(null, first?.address ?? '', first?.family);
    }
  };
}
