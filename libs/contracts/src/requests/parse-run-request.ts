import { InstantTexts } from '../metrics/instant-texts.js';
import { utcTimestamp } from '../metrics/utc-timestamp.js';
import { assertRequestId } from '../tokens/request-id.js';
import { storedRequestId } from '../tokens/stored-request-id.js';
import { agentOfRequestSubject } from '../streams/subjects.js';
import { parseJsonObject } from '../validation/parse-json.js';
import { validateContract } from '../validation/validate-contract.js';
import type { RunOrigin } from './run-origin.js';
import { RunRequest } from './run-request.js';

const storedAt = new InstantTexts();

/** What a stored message on `RUN_REQUESTS` looks like to whoever reads it. */
export interface StoredRequest {
  readonly subject: string;
  readonly data: Uint8Array;
  /** Header `Nats-Msg-Id`, when the publisher set one. */
  readonly messageId: string | undefined;
  readonly sequence: number;
  readonly storedAtNanos: bigint;
}

/** A request that passed its contract, with the run's identity. */
export interface ParsedRequest {
  readonly agent: string;
  readonly requestId: string;
  readonly request: RunRequest;
  readonly origin: RunOrigin;
}

/**
 * The one way to read a request, so that the executor and ingest always see the same run in the same message.
 * @throws ContractViolation when subject, id or body break their contract.
 */
export function parseRunRequest(message: StoredRequest): ParsedRequest {
  const agent = agentOfRequestSubject(message.subject);
  const requestId = message.messageId ?? storedRequestId(message.sequence, message.storedAtNanos);
  assertRequestId(requestId, 'Nats-Msg-Id');
  const request = validateContract(RunRequest, parseJsonObject(message.data));
  request.deadline = utcTimestamp(request.deadline);
  request.scheduled_for = utcTimestamp(request.scheduled_for);
  return { agent, requestId, request, origin: originOf(request, message.storedAtNanos) };
}

/** What is `undefined` does not stand in JSON. */
function originOf({ trigger, schedule, scheduled_for, input }: RunRequest, storedAtNanos: bigint): RunOrigin {
  return {
    trigger: trigger ?? 'message',
    requested_at: storedAt.of(Number(storedAtNanos / 1_000_000n)),
    schedule,
    scheduled_for,
    input,
  };
}
