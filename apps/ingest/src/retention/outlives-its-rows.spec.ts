import { loadConfiguration } from '#configuration';
import { describe, expect, it } from 'vitest';
import { IngestConfiguration } from '../ingest-configuration.js';

const NEEDED = {
  DATABASE_URL: 'postgres://ingest@127.0.0.1/agent_metrics_db',
  NATS_URL: 'nats://127.0.0.1:4222',
};

function load(days: NodeJS.ProcessEnv): IngestConfiguration {
  return loadConfiguration(IngestConfiguration, { ...NEEDED, ...days });
}

describe('the days that rows are kept', () => {
  it('are for ever when nothing is said', () => {
    const { retentionRunsDays, retentionMetricsDays, retentionLogsDays } = load({});
    expect([retentionRunsDays, retentionMetricsDays, retentionLogsDays]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('can be told for each kind', () => {
    const days = { RETENTION_RUNS_DAYS: '90', RETENTION_METRICS_DAYS: '90', RETENTION_LOGS_DAYS: '14' };
    expect(load(days)).toMatchObject({
      retentionRunsDays: 90,
      retentionMetricsDays: 90,
      retentionLogsDays: 14,
    });
    expect(load({ RETENTION_LOGS_DAYS: '14' })).toMatchObject({ retentionLogsDays: 14 });
  });

  it.each([
    { RETENTION_RUNS_DAYS: '90' },
    { RETENTION_RUNS_DAYS: '90', RETENTION_METRICS_DAYS: '30' },
    { RETENTION_RUNS_DAYS: '90', RETENTION_METRICS_DAYS: '91', RETENTION_LOGS_DAYS: '14' },
  ])('of runs are refused when metrics or logs would be kept for longer: %j', (days) => {
    expect(() => load(days)).toThrow(/RETENTION_RUNS_DAYS must not be shorter than RETENTION_METRICS_DAYS/);
  });

  it.each(['0', '-1', '1.5', '36501', 'x'])('are refused as %s', (text) => {
    expect(() => load({ RETENTION_METRICS_DAYS: text })).toThrow(/RETENTION_METRICS_DAYS/);
  });
});
