import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type AnyRunEvent, RunLogged, RunSucceeded } from '#contracts';
import { IngestConfiguration } from '../../ingest-configuration.js';
import { KeptHistory } from './kept-history.js';

const NOW = Date.parse('2026-11-22T15:00:00Z');
const DAYS = { retentionRunsDays: 90, retentionMetricsDays: 30, retentionLogsDays: 7 };

function finished(at: string): AnyRunEvent {
  return Object.assign(new RunSucceeded(), { at, finished_at: at, metrics: { price: 1 } });
}

function kept(days: Partial<IngestConfiguration>): KeptHistory {
  return new KeptHistory(Object.assign(new IngestConfiguration(), days));
}

describe('KeptHistory', () => {
  beforeEach(() => vi.useFakeTimers({ now: NOW }));
  afterEach(() => vi.useRealTimers());

  it('expires nothing when everything is kept for ever', () => {
    const history = kept({});
    expect(history.isExpired(finished('2001-01-01T00:00:00Z'), 0)).toBe(false);
    expect(history.metricsOf(finished('2001-01-01T00:00:00Z'))).toEqual({ price: 1 });
    expect(history.runsFromMs).toBe(-Infinity);
  });

  it('expires runs that ended before the first day that is kept, unless they were stored later', () => {
    const history = kept(DAYS);
    const before = Date.parse('2026-08-23T23:59:59Z');
    expect(history.isExpired(finished('2026-08-23T23:59:59Z'), before)).toBe(true);
    expect(history.isExpired(finished('2026-08-24T00:00:00Z'), before)).toBe(false);
    expect(history.isExpired(finished('2001-01-01T00:00:00Z'), NOW)).toBe(false);
  });

  it('expires metrics and lines of logs by their own days', () => {
    const history = kept(DAYS);
    const logged = (at: string): AnyRunEvent => Object.assign(new RunLogged(), { at, entries: [] });
    expect(history.metricsOf(finished('2026-10-22T23:59:59Z'))).toEqual({});
    expect(history.metricsOf(finished('2026-10-23T00:00:00Z'))).toEqual({ price: 1 });
    expect(history.isExpired(logged('2026-11-14T23:59:59Z'), NOW)).toBe(true);
    expect(history.isExpired(logged('2026-11-15T00:00:00Z'), NOW)).toBe(false);
  });
});
