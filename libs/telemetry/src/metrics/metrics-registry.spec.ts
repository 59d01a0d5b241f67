import { describe, expect, it } from 'vitest';
import { MetricsRegistry } from './metrics-registry.js';

describe('MetricsRegistry', () => {
  it('holds the metrics of the process and those of the service', async () => {
    const registry = new MetricsRegistry({ service: 'ingest' });
    registry
      .counter({ name: 'runs_total', help: 'Runs', labelNames: ['status'] })
      .inc({ status: 'success' }, 2);
    registry.gauge({ name: 'pending', help: 'Pending' }).set(5);
    registry.histogram({ name: 'batch_seconds', help: 'Batches', buckets: [1] }).observe(0.5);

    const text = await registry.exposition();

    expect(text).toContain('runs_total{status="success",service="ingest"} 2');
    expect(text).toContain('pending{service="ingest"} 5');
    expect(text).toContain('batch_seconds_count{service="ingest"} 1');
    expect(text).toContain('process_resident_memory_bytes{service="ingest"}');
  });

  it('is one of its own per service', async () => {
    const ingest = new MetricsRegistry({ service: 'ingest' });
    const executor = new MetricsRegistry({ service: 'executor' });
    ingest.counter({ name: 'runs_total', help: 'Runs' }).inc();
    executor.counter({ name: 'runs_total', help: 'Runs' });

    expect(await executor.exposition()).toContain('runs_total{service="executor"} 0');
  });

  it('refuses a name that is taken', () => {
    const registry = new MetricsRegistry({ service: 'ingest' });
    registry.counter({ name: 'runs_total', help: 'Runs' });

    expect(() => registry.gauge({ name: 'runs_total', help: 'Runs' })).toThrow('runs_total');
  });
});
