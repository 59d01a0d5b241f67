import { Agent } from '../../agent.decorator.js';
import { BaseAgent } from '../../base-agent.js';
import { ExternalRequests } from '../../external-requests/external-requests.js';
import type { RunContext } from '../../context/run-context.js';
import { RunOutput } from '../../run-output.js';
import { HttpJobInput } from './http-job-input.js';
import { keptResponse } from './kept-response.js';

/** Methods that HTTP itself lets a client repeat. */
const REPEATABLE_METHODS = new Set(['GET', 'HEAD', 'PUT', 'DELETE']);

@Agent({
  name: 'http_job',
  description: 'Requests the public URL given as `url` and keeps status, size and the beginning of the body',
  inputClass: HttpJobInput,
  timeLimitMs: 65_000,
})
export class HttpJobAgent extends BaseAgent<HttpJobInput> {
  constructor(private readonly requests: ExternalRequests) {
    super();
  }

  async run({ input, requestId, signal }: RunContext<HttpJobInput>): Promise<RunOutput> {
    const startedAt = performance.now();
    const response = await this.requests.send({
      url: input.url,
      method: input.method,
      headers: { ...idempotencyKey(input.method, requestId), ...input.headers },
      ...(input.body !== undefined && { body: input.body }),
      timeoutMs: input.timeout_ms,
      maxBytes: input.max_bytes,
      signal,
    });
    return new RunOutput({
      metrics: {
        status_code: response.status,
        ok: response.status >= 200 && response.status < 300,
        duration_ms: Math.round(performance.now() - startedAt),
        bytes: response.body.length,
        redirects: response.redirects,
      },
      result: keptResponse(response),
    });
  }
}

/** A run may be tried again; its id lets the other side do the work once. */
function idempotencyKey(method: string, requestId: string): Record<string, string> {
  return REPEATABLE_METHODS.has(method) ? {} : { 'Idempotency-Key': requestId };
}
