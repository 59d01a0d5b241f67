import { Inject, Injectable } from '@nestjs/common';
import {
  collectDefaultMetrics,
  Counter,
  type CounterConfiguration,
  Gauge,
  type GaugeConfiguration,
  Histogram,
  type HistogramConfiguration,
  Registry,
} from 'prom-client';
import { TELEMETRY_OPTIONS, type TelemetryOptions } from '../telemetry-options.js';

/**
 * Prometheus metrics of one service, labelled with its name. Not prom-client's global registry: standalone runs
 * several services in one process.
 */
@Injectable()
export class MetricsRegistry {
  private readonly registry = new Registry();

  constructor(@Inject(TELEMETRY_OPTIONS) { service }: Pick<TelemetryOptions, 'service'>) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }

  /** @throws Error when the name is taken */
  counter<L extends string>(options: Omit<CounterConfiguration<L>, 'registers'>): Counter<L> {
    return new Counter({ ...options, registers: [this.registry] });
  }

  /** @throws Error when the name is taken */
  gauge<L extends string>(options: Omit<GaugeConfiguration<L>, 'registers'>): Gauge<L> {
    return new Gauge({ ...options, registers: [this.registry] });
  }

  /** @throws Error when the name is taken */
  histogram<L extends string>(options: Omit<HistogramConfiguration<L>, 'registers'>): Histogram<L> {
    return new Histogram({ ...options, registers: [this.registry] });
  }

  /** MIME type of `exposition()`. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** All metrics in Prometheus's text format. */
  exposition(): Promise<string> {
    return this.registry.metrics();
  }
}
