import { AGENT_NAME_PATTERN } from '../tokens/agent-name.js';
import { ContractViolation } from '../validation/contract-violation.js';
import { validateContract } from '../validation/validate-contract.js';
import { MAX_ERROR_LENGTH, MetricReport } from './metric-report.js';
import { areMetricValues } from './metric-values.js';
import { isPlainUtcTimestamp } from './utc-timestamp.js';

const FIELDS: ReadonlySet<string> = new Set(['agent_name', 'metrics', 'started_at', 'finished_at', 'error']);
/** `2026-02-19T10:00:45`: before it, all is of one length, so that the order of the texts is that of the times. */
const SECONDS_LENGTH = 19;

/**
 * Makes a report of parsed JSON.
 * @throws ContractViolation naming every field that is wrong and its bound
 */
export function readMetricReport(body: unknown): MetricReport {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ContractViolation([{ field: '', message: 'the body must be a JSON object' }]);
  }
  const fields = body as Record<string, unknown>;
  // Nearly all reports are plain, and the full validation costs more than everything else that is done with them.
  return isPlainReport(fields)
    ? Object.assign(new MetricReport(), fields)
    : validateContract(MetricReport, fields);
}

/** True only for what the full validation takes, too; says nothing about the rest. */
export function isPlainReport(fields: Readonly<Record<string, unknown>>): boolean {
  const { agent_name, metrics, started_at, finished_at, error } = fields;
  return (
    Object.keys(fields).every((field) => FIELDS.has(field)) &&
    typeof agent_name === 'string' &&
    AGENT_NAME_PATTERN.test(agent_name) &&
    areMetricValues(metrics) &&
    isPlainUtcTimestamp(started_at) &&
    isPlainUtcTimestamp(finished_at) &&
    isPlainlyInOrder(started_at, finished_at) &&
    (error === undefined || error === null || (typeof error === 'string' && error.length <= MAX_ERROR_LENGTH))
  );
}

function isPlainlyInOrder(earlier: string, later: string): boolean {
  return earlier.length === later.length
    ? earlier <= later
    : earlier.slice(0, SECONDS_LENGTH) < later.slice(0, SECONDS_LENGTH);
}
