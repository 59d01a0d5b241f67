import type { FastifyRequest } from 'fastify';

/** Whether a page in a browser sends this that did not come from the same host and port. */
export function isForeignOrigin({ headers, host }: FastifyRequest): boolean {
  const { origin } = headers;
  if (origin === undefined) {
    return headers['sec-fetch-site'] === 'cross-site' || headers['sec-fetch-site'] === 'same-site';
  }
  return !URL.canParse(origin) || new URL(origin).host !== host.toLowerCase();
}
