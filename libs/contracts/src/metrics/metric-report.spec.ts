import { describe, expect, it } from 'vitest';
import { ContractViolation } from '../validation/contract-violation.js';
import { validateContract } from '../validation/validate-contract.js';
import { MAX_ERROR_LENGTH, MetricReport } from './metric-report.js';

const REPORT = {
  agent_name: 'mi_agente',
  metrics: { items_procesados: 42 },
  started_at: '2026-02-19T10:00:00Z',
  finished_at: '2026-02-19T10:00:45Z',
};

function fieldsRefusedOf(fields: object): string[] {
  try {
    validateContract(MetricReport, { ...REPORT, ...fields });
  } catch (error) {
    if (error instanceof ContractViolation) {
      return error.violations.map(({ field }) => field);
    }
    throw error;
  }
  return [];
}

describe('MetricReport', () => {
  it.each([
    {},
    { error: null },
    { error: '' },
    { error: 'e'.repeat(MAX_ERROR_LENGTH) },
    { metrics: {} },
    { finished_at: REPORT.started_at },
    { started_at: '2026-02-19T10:00:00.000001', finished_at: '2026-02-19T10:00:00.000001' },
    { started_at: '2026-02-19T10:00:00.1', finished_at: '2026-02-19T10:00:00.1000001' },
    { started_at: '2026-02-19T11:00:00+01:00', finished_at: '2026-02-19T10:00:00' },
  ])('takes %j', (fields) => {
    expect(fieldsRefusedOf(fields)).toEqual([]);
  });

  it.each([
    ['agent_name', { agent_name: 'Mi Agente' }],
    ['agent_name', { agent_name: undefined }],
    ['metrics', { metrics: undefined }],
    ['started_at', { started_at: '2026-02-19' }],
    ['finished_at', { finished_at: null }],
    ['finished_at', { finished_at: '2026-02-19T09:59:59Z' }],
    ['finished_at', { finished_at: '2026-02-19T10:00:00+01:00' }],
    ['finished_at', { started_at: '2026-02-19T10:00:00.0000011', finished_at: '2026-02-19T10:00:00.000001' }],
    ['error', { error: false }],
    ['error', { error: 'e'.repeat(MAX_ERROR_LENGTH + 1) }],
    ['run_id', { run_id: 1 }],
  ])('refuses %s in %j', (field, fields) => {
    expect(new Set(fieldsRefusedOf(fields))).toEqual(new Set([field]));
  });
});
