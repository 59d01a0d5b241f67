import { Column, Entity, PrimaryColumn } from 'typeorm';
import { integerColumn } from './integer-column.js';

/**
 * A row of `agent_metrics`: one metric of one run, a number or a text. The table is partitioned by the month of
 * `recordedAt`: a query that names the time looks into few partitions.
 */
@Entity('agent_metrics')
export class AgentMetric {
  @PrimaryColumn({ type: 'bigint', transformer: integerColumn })
  id: number;

  @Column({ name: 'run_id', type: 'bigint', transformer: integerColumn })
  runId: number;

  @Column({ name: 'agent_name', type: 'varchar', length: 100 })
  agentName: string;

  @Column({ name: 'metric_name', type: 'varchar', length: 200 })
  metricName: string;

  /** Decimal digits: exact, which a JavaScript number need not be. */
  @Column({ name: 'metric_value', type: 'numeric', nullable: true })
  metricValue: string | null;

  @Column({ name: 'metric_text', type: 'text', nullable: true })
  metricText: string | null;

  /** When the run finished. */
  @Column({ name: 'recorded_at', type: 'timestamptz' })
  recordedAt: Date;
}
