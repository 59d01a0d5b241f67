import { MetricReport } from '#contracts';
import { expect, it } from 'vitest';
import { reportHash } from './report-hash.js';

const REPORT = {
  agent_name: 'mi_agente',
  metrics: { a: 1, b: 'two' },
  started_at: '2026-02-19T10:00:00Z',
  finished_at: '2026-02-19T10:00:45Z',
};

function hashOf(changes: Partial<MetricReport> = {}): string {
  return reportHash(Object.assign(new MetricReport(), REPORT, changes));
}

it('is the same for the same report, whatever the order of its metrics', () => {
  expect(hashOf()).toMatch(/^[0-9a-f]{64}$/);
  expect(hashOf({ metrics: { b: 'two', a: 1 }, error: null })).toBe(hashOf());
});

it.each<Partial<MetricReport>>([
  { agent_name: 'other' },
  { metrics: { a: 1 } },
  { metrics: { a: '1', b: 'two' } },
  { metrics: { a: true, b: 'two' } },
  { started_at: '2026-02-19T10:00:00.000001Z' },
  { finished_at: '2026-02-19T10:00:46Z' },
  { error: '' },
])('is another one for %j', (changes) => {
  expect(hashOf(changes)).not.toBe(hashOf());
});
