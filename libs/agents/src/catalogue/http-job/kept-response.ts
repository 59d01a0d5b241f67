import type { ExternalResponse } from '../../external-requests/external-requests.js';

/** What is stored of a response. */
export interface KeptResponse {
  /** Where it came from after redirects, without its query, which may hold a key. */
  readonly url: string;
  readonly status: number;
  /** A few that say what the body is; never cookies. */
  readonly headers: Record<string, string>;
  /** JSON or text; absent when it is neither, or when there is none. */
  readonly body?: unknown;
  /** True when `body` is only the beginning, as text. */
  readonly is_cut?: true;
}

/** Characters; each of them takes up to six bytes as JSON, and the result must fit into a message of 1 MB. */
const MAX_KEPT_LENGTH = 131_072;
const MAX_DEPTH = 100;
const KEPT_HEADERS = [
  'content-type',
  'content-language',
  'date',
  'etag',
  'last-modified',
  'cache-control',
  'retry-after',
];
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json$/;
const TEXT_TYPE =
  /^(?:text\/[\w.+-]+|application\/(?:[\w.-]+\+)?xml|application\/(?:javascript|x-www-form-urlencoded))$/;

export function keptResponse({ url, status, headers, body }: ExternalResponse): KeptResponse {
  const kept = KEPT_HEADERS.flatMap((name) => {
    const value = headers[name];
    return typeof value === 'string' ? [[name, value]] : [];
  });
  return {
    url: url.origin + url.pathname,
    status,
    headers: Object.fromEntries(kept),
    ...keptBody(body, headers['content-type'] ?? ''),
  };
}

function keptBody(body: Buffer, contentType: string): Pick<KeptResponse, 'body' | 'is_cut'> {
  const [type = ''] = contentType.toLowerCase().split(';');
  const isJson = JSON_TYPE.test(type.trim());
  if (body.length === 0 || (!isJson && !TEXT_TYPE.test(type.trim()))) {
    return {};
  }
  const text = decode(body, contentType);
  if (text.length > MAX_KEPT_LENGTH) {
    return { body: text.slice(0, MAX_KEPT_LENGTH).toWellFormed(), is_cut: true };
  }
  return { body: isJson ? parsedOrText(text) : text };
}

function decode(body: Buffer, contentType: string): string {
  const [, charset = 'utf-8'] = /charset="?([\w-]+)"?/i.exec(contentType) ?? [];
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return new TextDecoder().decode(body); // a charset that nobody knows
  }
}

/** Many servers call something JSON that isn't; what they sent is still worth keeping. */
function parsedOrText(text: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    return isDeeperThan(MAX_DEPTH, json) ? text : json;
  } catch {
    return text;
  }
}

/** Programs that walk through JSON run out of stack where it is nested too deeply. */
function isDeeperThan(levels: number, json: unknown): boolean {
  if (typeof json !== 'object' || json === null) {
    return false;
  }
  return levels === 0 || Object.values(json).some((value) => isDeeperThan(levels - 1, value));
}
