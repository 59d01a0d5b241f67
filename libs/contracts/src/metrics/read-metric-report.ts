import { ContractViolation } from '../validation/contract-violation.js';
import { validateContract } from '../validation/validate-contract.js';
import { MetricReport } from './metric-report.js';

/**
 * Makes a report of parsed JSON.
 * @throws ContractViolation naming every field that is wrong and its bound
 */
export function readMetricReport(body: unknown): MetricReport {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ContractViolation([{ field: '', message: 'the body must be a JSON object' }]);
  }
  return validateContract(MetricReport, body);
}
