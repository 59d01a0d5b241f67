import { Column, Entity, PrimaryColumn } from 'typeorm';
import { integerColumn } from './integer-column.js';

/** The last three are final: nothing changes the run any more. */
export type RunStatus = 'pending' | 'running' | 'success' | 'failed' | 'cancelled';

/** A row of `agent_runs`. Only ingest writes it, with its own SQL. */
@Entity('agent_runs')
export class AgentRun {
  /** The run_id. */
  @PrimaryColumn({ type: 'bigint', transformer: integerColumn })
  id: number;

  @Column({ name: 'request_id', type: 'varchar', length: 100 })
  requestId: string;

  @Column({ name: 'agent_name', type: 'varchar', length: 100 })
  agentName: string;

  @Column({ type: 'varchar', length: 20 })
  status: RunStatus;

  @Column({ type: 'varchar', length: 20 })
  trigger: string;

  @Column({ name: 'schedule_name', type: 'varchar', length: 100, nullable: true })
  scheduleName: string | null;

  @Column({ name: 'scheduled_for', type: 'timestamptz', nullable: true })
  scheduledFor: Date | null;

  @Column({ name: 'requested_at', type: 'timestamptz' })
  requestedAt: Date;

  /** When the newest attempt began. */
  @Column({ name: 'started_at', type: 'timestamptz', nullable: true })
  startedAt: Date | null;

  @Column({ name: 'finished_at', type: 'timestamptz', nullable: true })
  finishedAt: Date | null;

  /** Number of the newest attempt; 0 before the first. */
  @Column({ type: 'int' })
  attempt: number;

  @Column({ type: 'jsonb', nullable: true })
  input: unknown;

  @Column({ type: 'jsonb', nullable: true })
  result: unknown;

  @Column({ name: 'error_message', type: 'text', nullable: true })
  errorMessage: string | null;

  @Column({ name: 'failure_reason', type: 'varchar', length: 20, nullable: true })
  failureReason: string | null;

  /** Percent of the work that is done, as the agent says. */
  @Column({ type: 'double precision', nullable: true })
  progress: number | null;

  @Column({ name: 'progress_message', type: 'text', nullable: true })
  progressMessage: string | null;

  @Column({ type: 'text', nullable: true })
  executor: string | null;

  /** SHA-256 in hex of the report that made the run; null for runs of the platform's own. */
  @Column({ name: 'report_hash', type: 'varchar', length: 64, nullable: true })
  reportHash: string | null;

  /** When the row was first written. */
  @Column({ name: 'stored_at', type: 'timestamptz' })
  storedAt: Date;
}
