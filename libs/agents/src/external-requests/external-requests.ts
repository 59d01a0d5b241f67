import type { IncomingHttpHeaders } from 'node:http';
import { Injectable } from '@nestjs/common';
import { openRequest } from './open-request.js';
import { ACCEPTED_ENCODINGS, readBody } from './read-body.js';
import { type CheckedTarget, RequestGuard } from './request-guard.js';
import { afterRedirect, isRedirect, type RequestHop } from './request-hop.js';
import { RequestRefusedError } from './request-refused-error.js';

const MAX_REDIRECTS = 3;

/** A request to a URL that was named by somebody outside: by the input of a run. */
export interface ExternalRequest {
  readonly url: string;
  /** Defaults to GET. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Milliseconds for all of it: name service, redirects and the whole body. */
  readonly timeoutMs: number;
  /** Bytes of the body, packed and unpacked. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

export interface ExternalResponse {
  /** Where it came from in the end. */
  readonly url: URL;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** How many were followed. */
  readonly redirects: number;
}

/** Requests to the public internet, and to nothing else. */
@Injectable()
export class ExternalRequests {
  constructor(private readonly guard: RequestGuard) {}

  /**
   * Sends a request and reads its response, following up to 3 redirects, each of them checked like the first URL.
   * @throws RequestRefusedError when it, or one of its redirects, must not be made
   * @throws NonRetryableError when the response is too large
   * @throws Error when the network fails, its time is over or it is aborted
   */
  async send(request: ExternalRequest): Promise<ExternalResponse> {
    const timeout = AbortSignal.timeout(request.timeoutMs);
    const signal = AbortSignal.any([request.signal, timeout]);
    try {
      return await this.follow(request, signal);
    } catch (error) {
      request.signal.throwIfAborted();
      if (timeout.aborted) {
        throw new Error(`There was no complete response within ${request.timeoutMs} ms`, { cause: error });
      }
      throw error;
    }
  }

  private async follow(request: ExternalRequest, signal: AbortSignal): Promise<ExternalResponse> {
    let hop = firstHop(request);
    let target = await this.check(request.url, signal);
    for (let redirects = 0; ; redirects += 1) {
      const response = await openRequest(target, hop, signal);
      const { statusCode: status = 0, headers } = response;
      if (!isRedirect(status) || headers.location === undefined) {
        const body = await readBody(response, hop.method, request.maxBytes, signal);
        return { url: target.url, status, headers, body, redirects };
      }
      response.destroy();
      if (redirects === MAX_REDIRECTS) {
        throw new RequestRefusedError(`There were more than ${MAX_REDIRECTS} redirects`);
      }
      const next = await this.check(headers.location, signal, target.url);
      hop = afterRedirect(hop, status, target, next);
      target = next;
    }
  }

  /** A name service can't be interrupted, but it needn't be waited for. */
  private async check(url: string, signal: AbortSignal, base?: URL): Promise<CheckedTarget> {
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const abort = (): void => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return await Promise.race([this.guard.check(url, base), aborted]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }
}

function firstHop({ method = 'GET', headers = {}, body }: ExternalRequest): RequestHop {
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method,
    headers: {
      'user-agent': 'agent-platform',
      accept: '*/*',
      ...Object.fromEntries(given),
      'accept-encoding': ACCEPTED_ENCODINGS,
    },
    ...(body !== undefined && { body }),
  };
}
