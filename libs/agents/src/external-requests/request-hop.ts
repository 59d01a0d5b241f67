import type { CheckedTarget } from './request-guard.js';
import { RequestRefusedError } from './request-refused-error.js';

/** Method, headers and body of one request on the way through redirects. */
export interface RequestHop {
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** All that another origin is told; anything else may be a credential. */
const HARMLESS_HEADERS = new Set(['accept', 'accept-encoding', 'accept-language', 'user-agent']);
const REDIRECTS_AS_GET = new Set([301, 302, 303]);
const REDIRECTS = new Set([...REDIRECTS_AS_GET, 307, 308]);

export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status);
}

/**
 * What to send after a redirect: as browsers do, but nothing that might be secret goes to another origin.
 * @throws RequestRefusedError when a body would have to go to another origin
 */
export function afterRedirect(
  hop: RequestHop,
  status: number,
  from: CheckedTarget,
  to: CheckedTarget,
): RequestHop {
  const { method, headers, body } = isSentAsGet(hop.method, status) ? withoutBody(hop) : hop;
  if (from.url.origin === to.url.origin) {
    return { method, headers, ...(body !== undefined && { body }) };
  }
  if (body !== undefined) {
    throw new RequestRefusedError(`${from.url.host} redirects a request with a body to ${to.url.host}`);
  }
  const harmless = Object.entries(headers).filter(([name]) => HARMLESS_HEADERS.has(name));
  return { method, headers: Object.fromEntries(harmless) };
}

function isSentAsGet(method: string, status: number): boolean {
  return REDIRECTS_AS_GET.has(status) && method !== 'GET' && method !== 'HEAD';
}

function withoutBody({ headers }: RequestHop): RequestHop {
  const kept = Object.entries(headers).filter(([name]) => !name.startsWith('content-'));
  return { method: 'GET', headers: Object.fromEntries(kept) };
}
