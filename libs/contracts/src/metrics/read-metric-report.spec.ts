import { validateSync } from 'class-validator';
import { describe, expect, it } from 'vitest';
import { ContractViolation } from '../validation/contract-violation.js';
import { validateContract } from '../validation/validate-contract.js';
import { MAX_ERROR_LENGTH, MetricReport } from './metric-report.js';
import { MAX_METRICS } from './metric-values.js';
import { readMetricReport } from './read-metric-report.js';

const PLAIN = {
  agent_name: 'mi_agente',
  metrics: { items_procesados: 42, ratio: 0.5, ok: true, text: 'fine 🙂' },
  started_at: '2026-02-19T10:00:00.000Z',
  finished_at: '2026-02-19T10:00:45.123Z',
  error: null,
};

const TIMESTAMPS = [
  '2026-02-19T10:00:00Z',
  '2026-02-19T10:00:00.5Z',
  '2026-02-19T10:00:00.000000Z',
  '2026-02-19T10:00:00.0000011Z',
  '2026-02-19T10:00:00.000001',
  '2026-02-19 10:00:00',
  '2026-02-19T10:00:00+01:00',
  '2026-02-28T23:59:59Z',
  '2026-02-29T00:00:00Z',
  '2024-02-29T00:00:00Z',
  '2026-02-30T00:00:00Z',
  '2026-12-31T23:59:59.999Z',
  '2026-13-01T00:00:00Z',
  '2026-00-01T00:00:00Z',
  '2026-01-00T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T25:00:00Z',
  '2026-01-01T00:60:00Z',
  '2026-01-01T00:00:60Z',
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00Z',
  '9999-12-28T23:59:59Z',
  '2026-02-19T10:00:00.Z',
  '2026-02-19T10:00:00.1234567890Z',
  '2026-02-19T10:00:00Z\n',
  '2026-02-19',
  '',
  null,
  undefined,
  0,
  new Date(0),
];

/** What each field may hold, right and wrong; the rest of the fields stays plain, or changes with it. */
const VALUES: Readonly<Record<string, readonly unknown[]>> = {
  agent_name: ['a', 'a'.repeat(100), 'a'.repeat(101), '', 'A', 'a.b', 'a\n', 'ñ', null, 1, undefined, ['a']],
  metrics: [
    {},
    { a: 0, b: -1.5, c: 1e300, d: false, e: '' },
    { a: Number.NaN },
    { a: Infinity },
    { a: null },
    { a: undefined },
    { a: {} },
    { a: [1] },
    { a: 1n },
    { '': 1 },
    { ['n'.repeat(200)]: 't'.repeat(8_192) },
    { ['n'.repeat(201)]: 1 },
    { a: 't'.repeat(8_193) },
    { 'a\0': 1 },
    { a: 'a\0' },
    { a: '\ud83d' },
    { '\udc00': 1 },
    JSON.parse('{"__proto__":1,"constructor":2}'),
    Object.fromEntries(Array.from({ length: MAX_METRICS }, (_, index) => [`m${index}`, index])),
    Object.fromEntries(Array.from({ length: MAX_METRICS + 1 }, (_, index) => [`m${index}`, index])),
    [],
    [1],
    'a',
    null,
    undefined,
    7,
    new Map([['a', 1]]),
  ],
  started_at: TIMESTAMPS,
  finished_at: TIMESTAMPS,
  error: [
    undefined,
    null,
    '',
    'broken',
    'e'.repeat(MAX_ERROR_LENGTH),
    'e'.repeat(MAX_ERROR_LENGTH + 1),
    0,
    {},
  ],
  agent: [1],
  hasOwnProperty: [1],
};

function isTaken(fields: object): boolean {
  try {
    readMetricReport(fields);
    return true;
  } catch (error) {
    if (error instanceof ContractViolation) {
      return false;
    }
    throw error;
  }
}

/** By `class-validator` alone, without the check that comes before it. */
function isValid(fields: object): boolean {
  const report = Object.assign(new MetricReport(), fields);
  return validateSync(report, { whitelist: true, forbidNonWhitelisted: true }).length === 0;
}

/** Every value of every field, beside every value of every other. */
function* reports(): Generator<Record<string, unknown>> {
  const changes = Object.entries(VALUES).flatMap(([field, values]) =>
    values.map((value) => [field, value] as const),
  );
  for (const [field, value] of changes) {
    for (const [other, otherValue] of changes) {
      yield { ...PLAIN, [other]: otherValue, [field]: value };
    }
    const { [field as 'error']: _left, ...without } = PLAIN;
    yield without;
  }
}

describe('readMetricReport', () => {
  it('takes the reports that producers send', () => {
    expect(isTaken(PLAIN)).toBe(true);
    expect(isTaken({ ...PLAIN, error: 'broken' })).toBe(true);
    expect(readMetricReport(PLAIN)).toEqual(validateContract(MetricReport, PLAIN));
    expect(readMetricReport(PLAIN)).toBeInstanceOf(MetricReport);
  });

  it('takes nothing that the full validation refuses, and refuses nothing else but inherited names', () => {
    const all = [...reports()];
    const taken = all.filter(isTaken);
    expect(taken.length).toBeGreaterThan(500);
    expect(taken.filter((fields) => !isValid(fields))).toEqual([]);
    const refused = all.filter((fields) => !isTaken(fields) && !Object.hasOwn(fields, 'hasOwnProperty'));
    expect(refused.filter(isValid)).toEqual([]);
  });

  it.each([null, [], 'a', 7, undefined])('refuses %j', (body) => {
    expect(() => readMetricReport(body)).toThrow('the body must be a JSON object');
  });

  it('takes unusual forms as well, and says what is wrong with others', () => {
    const unusual = { ...PLAIN, started_at: '2026-02-19 10:00:00' };
    expect(readMetricReport(unusual)).toEqual(validateContract(MetricReport, unusual));
    expect(() => readMetricReport({ ...PLAIN, agent_name: 'A' })).toThrow(ContractViolation);
  });
});
