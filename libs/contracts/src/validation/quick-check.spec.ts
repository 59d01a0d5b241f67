import { IsInt, IsOptional, IsString, Min, validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { RunFailed } from '../events/run-failed.js';
import { RunSucceeded } from '../events/run-succeeded.js';
import { MetricReport } from '../metrics/metric-report.js';
import { RunRequest } from '../requests/run-request.js';
import { QuickCheck } from './quick-check.js';

class Example {
  @IsInt()
  @Min(1)
  count: number;

  @IsOptional()
  @IsString()
  note = 'none';
}

class Several {
  @IsString({ each: true })
  names: string[];
}

const AT = '2026-02-19T10:00:00.000Z';
const EVENT = {
  agent: 'echo',
  request_id: 'mine',
  attempt: 1,
  at: AT,
  origin: { trigger: 'message', requested_at: AT },
  executor: 'one',
  started_at: AT,
  finished_at: AT,
  metrics: { items: 1, text: 'a', flag: true },
};
const VALID: [new () => object, Record<string, unknown>][] = [
  [RunSucceeded, { ...EVENT, type: 'succeeded', result: [1] }],
  [RunFailed, { ...EVENT, type: 'failed', reason: 'error', error: 'broken' }],
  [
    RunRequest,
    { input: {}, attempt_limit: 3, deadline: AT, trigger: 'api', schedule: 'daily', scheduled_for: AT },
  ],
  [MetricReport, { agent_name: 'echo', metrics: {}, started_at: AT, finished_at: AT, error: null }],
];
const ODD_VALUES = [
  undefined,
  null,
  0,
  -1,
  1.5,
  Number.NaN,
  '',
  'x',
  'A b',
  AT,
  '2026-02-30',
  true,
  [],
  {},
  { 'a\0': 1 },
];

function isFullyValid(contract: new () => object, plain: object): boolean {
  const instance = Object.assign(new contract(), plain);
  return validateSync(instance, { whitelist: true, forbidNonWhitelisted: true }).length === 0;
}

describe('QuickCheck', () => {
  it('makes an instance with its defaults', () => {
    expect(QuickCheck.of(Example)?.make(Example, { count: 2 }, false)).toEqual({ count: 2, note: 'none' });
    expect(QuickCheck.of(Example)?.make(Example, { count: 2 }, false)).toBeInstanceOf(Example);
  });

  it('leaves unknown fields out, or leaves them to others to refuse', () => {
    expect(QuickCheck.of(Example)?.make(Example, { count: 2, more: 1 }, true)).not.toHaveProperty('more');
    expect(QuickCheck.of(Example)?.make(Example, { count: 2, more: 1 }, false)).toBeUndefined();
  });

  it('keeps out of classes with rules of another kind', () => {
    expect(QuickCheck.of(Several)).toBeUndefined();
  });

  it.each(VALID)('says of %o what the full validation says, whatever one field is', (contract, valid) => {
    const check = QuickCheck.of(contract);
    expect(check?.make(contract, valid, false)).toEqual(Object.assign(new contract(), valid));
    for (const field of Object.keys(valid)) {
      for (const value of ODD_VALUES) {
        const plain = { ...valid, [field]: value };
        const isAccepted = check?.make(contract, plain, false) !== undefined;
        expect([field, value, isAccepted]).toEqual([field, value, isFullyValid(contract, plain)]);
      }
    }
  });
});
