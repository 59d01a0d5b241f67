import { validateContract } from '#contracts';
import { expect, it } from 'vitest';
import { MetricQuery } from './metric-query.js';

it('has a limit when it is told none', () => {
  expect(validateContract(MetricQuery, {})).toMatchObject({ limit: 100 });
});

it.each([
  { agent_name: 'a', metric_name: 'any name 🙂', run_id: 1, cursor: 1, limit: 1_000 },
  { metric_name: '🙂'.repeat(200) },
  { from: '2026-02-19T10:00:00', to: '2026-02-19 10:00:00+01:00' },
])('takes %j', (query) => {
  expect(validateContract(MetricQuery, query)).toMatchObject(query);
});

it.each([
  { agent_name: 'A' },
  { metric_name: 'n'.repeat(201) },
  { metric_name: 'a\0' },
  { metric_name: ['a', 'b'] },
  { run_id: 0 },
  { run_id: 2 ** 53 },
  { limit: 1_001 },
  { limit: 1.5 },
  { cursor: '1' },
  { from: 'now' },
  { order: 'desc' },
])('refuses %j, naming it', (query) => {
  const [name] = Object.keys(query);
  expect(() => validateContract(MetricQuery, query)).toThrow(new RegExp(`^${name} `));
});
