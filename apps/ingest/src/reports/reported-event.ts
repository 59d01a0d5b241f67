import { type MetricReport, RunReported, utcTimestamp } from '#contracts';
import { reportHash } from './report-hash.js';

/** What the streams and tables keep of a report. */
export function reportedEvent(requestId: string, report: MetricReport): RunReported {
  const now = new Date().toISOString();
  const { agent_name, metrics, error = null } = report;
  const canonical = {
    agent_name,
    metrics,
    error,
    started_at: utcTimestamp(report.started_at) ?? report.started_at,
    finished_at: utcTimestamp(report.finished_at) ?? report.finished_at,
  };
  return Object.assign(new RunReported(), {
    agent: canonical.agent_name,
    request_id: requestId,
    attempt: 1,
    at: now,
    origin: { trigger: 'report' as const, requested_at: now },
    started_at: canonical.started_at,
    finished_at: canonical.finished_at,
    metrics: canonical.metrics,
    error,
    report_hash: reportHash(canonical),
  });
}
