import { requestIdOfEventSubject } from '../streams/subjects.js';
import { RunOrigin } from '../requests/run-origin.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { parseJsonObject } from '../validation/parse-json.js';
import { validateContract } from '../validation/validate-contract.js';
import { AttemptFailed } from './attempt-failed.js';
import { RunCancelled } from './run-cancelled.js';
import { RunFailed } from './run-failed.js';
import { assertLogEntries, RunLogged } from './run-logged.js';
import { RunProgress } from './run-progress.js';
import { RunReported } from './run-reported.js';
import { RunStarted } from './run-started.js';
import { RunSucceeded } from './run-succeeded.js';

export type AnyRunEvent = RunStarted | RunProgress | RunLogged | AttemptFailed | FinalRunEvent;
/** After one of these, nothing changes a run any more. */
export type FinalRunEvent = RunSucceeded | RunFailed | RunCancelled | RunReported;

const EVENT_CLASSES = {
  started: RunStarted,
  progress: RunProgress,
  log: RunLogged,
  attempt_failed: AttemptFailed,
  succeeded: RunSucceeded,
  failed: RunFailed,
  cancelled: RunCancelled,
  reported: RunReported,
} as const;

const FINAL_TYPES: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled', 'reported']);

export function isFinal(event: AnyRunEvent): event is FinalRunEvent {
  return FINAL_TYPES.has(event.type);
}

/**
 * Reads an event from `RUN_EVENTS`. Fields it doesn't know are dropped: an older ingest must keep what it
 * understands of a newer executor's events.
 * @throws ContractViolation when the message is no event, or stands on another run's subject.
 */
export function parseRunEvent(subject: string, data: Uint8Array): AnyRunEvent {
  const plain = parseJsonObject(data);
  const requestId = requestIdOfEventSubject(subject);
  const event = validateRunEvent(plain);
  if (event.request_id !== requestId) {
    throw new ContractViolation([
      { field: 'request_id', message: "request_id must be the last token of the event's subject" },
    ]);
  }
  return event;
}

/**
 * Makes an event of parsed JSON, wherever it stood.
 * @throws ContractViolation when it is none
 */
export function validateRunEvent(plain: Record<string, unknown>): AnyRunEvent {
  const type = plain['type'];
  if (typeof type !== 'string' || !Object.hasOwn(EVENT_CLASSES, type)) {
    const message = `type must be one of ${Object.keys(EVENT_CLASSES).join(', ')}`;
    throw new ContractViolation([{ field: 'type', message }]);
  }
  const contract = EVENT_CLASSES[type as keyof typeof EVENT_CLASSES];
  const event = validateContract<AnyRunEvent>(contract, plain, { unknownFields: 'drop' });
  event.origin = validateContract(RunOrigin, event.origin, { unknownFields: 'drop' });
  if (event.type === 'log') {
    assertLogEntries(event.entries);
  }
  return event;
}

/** The same for whoever only looks: nothing when the message is no event, which anybody may have published. */
export function readRunEvent(message: {
  readonly subject: string;
  readonly data: Uint8Array;
}): AnyRunEvent | undefined {
  try {
    return parseRunEvent(message.subject, message.data);
  } catch (error) {
    if (error instanceof ContractViolation) {
      return undefined;
    }
    throw error;
  }
}
