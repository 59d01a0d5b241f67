import { randomUUIDv7 } from 'node:crypto';
import { assertRequestId, ContractViolation, readMetricReport } from '#contracts';
import { BODY_LIMIT_BYTES } from '../../http/body-limit.js';
import { reportedEvent } from '../reported-event.js';
import type { BatchItem } from './batch-item.js';
import type { RefusedItem } from './item-result.js';

const KEY = 'idempotency_key';

export const TOO_LONG: RefusedItem = {
  status: 413,
  detail: `A report must be at most ${BODY_LIMIT_BYTES} bytes`,
};

/** Reads an item of parsed JSON: a report, and perhaps the key that `POST /metrics` has in a header. */
export function readItem(value: unknown): BatchItem {
  try {
    return hasKey(value) ? keyedReport(value) : keylessReport(value);
  } catch (error) {
    if (error instanceof ContractViolation) {
      return { status: 422, detail: error.message, errors: error.violations };
    }
    throw error;
  }
}

function hasKey(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, KEY);
}

function keylessReport(value: unknown): BatchItem {
  return { event: reportedEvent(randomUUIDv7(), readMetricReport(value)), isKeyed: false };
}

function keyedReport({ [KEY]: key, ...fields }: Record<string, unknown>): BatchItem {
  const requestId = typeof key === 'string' ? key : '';
  assertRequestId(requestId, KEY);
  return { event: reportedEvent(requestId, readMetricReport(fields)), isKeyed: true };
}
