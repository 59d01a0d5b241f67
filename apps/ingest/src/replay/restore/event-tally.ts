import { type AnyRunEvent, type ReplayReport, type UnreadableMessage } from '#contracts';
import type { Finding } from '../audit/finding.js';
import type { RestoredRuns } from './restored-runs.js';

const NAMED = 20;

/** Counts what is restored of each event, the same whether it is or only would be. */
export class EventTally {
  constructor(
    private readonly report: ReplayReport,
    private readonly restored: RestoredRuns,
  ) {}

  /** Before the next finding is counted, so that each run counts once. */
  count({ event, verdict, kind, missingRows }: Finding): void {
    this.report.events += 1;
    if (verdict === 'expired') {
      this.report.events_expired += 1;
    } else if (kind === 'run' || kind === 'status') {
      this.countRun(event, kind, missingRows);
    } else if (kind === 'metrics') {
      this.report.metrics_added += missingRows;
    } else if (kind === 'attempt') {
      this.report.attempts_added += missingRows;
    } else if (kind === 'log') {
      this.report.log_lines_added += missingRows;
    }
  }

  unreadable(messages: readonly UnreadableMessage[]): void {
    this.report.unreadable += messages.length;
    const room = Math.max(0, NAMED - this.report.unreadable_messages.length);
    this.report.unreadable_messages.push(...messages.slice(0, room));
  }

  private countRun(event: AnyRunEvent, kind: 'run' | 'status', metrics: number): void {
    if (this.restored.isDecided(event.request_id)) {
      this.countRows(event);
      return;
    }
    if (this.restored.add(event)) {
      this.report.runs_added += kind === 'run' ? 1 : 0;
      this.report.runs_changed += kind === 'status' ? 1 : 0;
    }
    this.report.metrics_added += metrics;
    this.countRows(event);
  }

  /** What has rows of its own. */
  private countRows(event: AnyRunEvent): void {
    this.report.attempts_added += event.type === 'attempt_failed' ? 1 : 0;
    this.report.log_lines_added += event.type === 'log' ? event.entries.length : 0;
  }
}
