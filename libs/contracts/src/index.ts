export { AgentDeclaration } from './agents/agent-declaration.js';
export { CatalogueEntry, parseCatalogueEntry } from './agents/catalogue-entry.js';
export { parseAgentDeclaration } from './agents/parse-agent-declaration.js';
export { type Isolation, ISOLATIONS } from './agents/isolation.js';
export { type NotificationOccasion, NotificationRule } from './agents/notification-rule.js';
export { ScheduleDeclaration } from './agents/schedule-declaration.js';
export { AgentBreaker, parseAgentBreaker } from './commands/agent-breaker.js';
export { AgentCommand, type AgentCommandAnswer } from './commands/agent-command.js';
export type { AgentPause } from './commands/agent-pause.js';
export { type AgentState, agentStateKey, parseAgentStateKey } from './commands/agent-state-key.js';
export {
  Cancellation,
  cancellationText,
  parseCancellation,
  type UnheldRun,
  unheldRunCancelled,
} from './commands/cancellation.js';
export { CancelRun, type CancelRunAnswer } from './commands/cancel-run.js';
export type { CommandProblem, CommandReply } from './commands/command-reply.js';
export { COMMAND_SUBJECTS, type CommandSubject } from './commands/command-subjects.js';
export {
  DECIDED_QUEUE,
  DECIDED_SUBJECT,
  type DecidedAnswer,
  DecidedInquiry,
  MAX_DECIDED_ASKED,
  parseDecidedInquiry,
} from './commands/decided-inquiry.js';
export type { DeadLetterFilter } from './commands/dead-letter-filter.js';
export { ANY_EXECUTOR, anyoneHolds, HELD, NOT_HELD, parseAnyoneHolds } from './commands/holds-inquiry.js';
export {
  JobStarted,
  type JobState,
  JobStatus,
  parseJobStarted,
  parseJobStatus,
} from './commands/job-status.js';
export { JOB_QUEUE, jobSubject, START_PROOF_SUBJECT, START_REPLAY_SUBJECT } from './commands/job-subjects.js';
export {
  ListDeadLetters,
  type ListDeadLettersAnswer,
  type ListedDeadLetter,
} from './commands/list-dead-letters.js';
export { PauseAgent, type PauseAgentAnswer } from './commands/pause-agent.js';
export {
  type DifferenceKind,
  parseProofReport,
  type ProofDifference,
  ProofReport,
} from './commands/proof-report.js';
export {
  MAX_REDRIVEN,
  parseRedriveDeadLetters,
  type RedriveDeadLetters,
  type RedriveDeadLettersAnswer,
  type RedrivenLetter,
} from './commands/redrive-dead-letters.js';
export { parseReplayReport, ReplayReport, type UnreadableMessage } from './commands/replay-report.js';
export { StartProof } from './commands/start-proof.js';
export { parseStartReplay, StartReplay } from './commands/start-replay.js';
export { AttemptFailed } from './events/attempt-failed.js';
export type { FailureReason } from './events/failure-reason.js';
export {
  type AnyRunEvent,
  type FinalRunEvent,
  isFinal,
  parseRunEvent,
  readRunEvent,
} from './events/parse-run-event.js';
export { MAX_PACKED_EVENTS, type ReadEvents, readRunEvents } from './events/read-run-events.js';
export { LOG_ENTRY_LEVELS, type LogEntry, type LogEntryLevel } from './events/log-entry.js';
export { RunCancelled } from './events/run-cancelled.js';
export { RunFailed } from './events/run-failed.js';
export { RunLogged } from './events/run-logged.js';
export { RunProgress } from './events/run-progress.js';
export { RunReported } from './events/run-reported.js';
export { RunStarted } from './events/run-started.js';
export { RunSucceeded } from './events/run-succeeded.js';
export { MAX_ERROR_LENGTH, MetricReport } from './metrics/metric-report.js';
export { metricProblems, type MetricValue, type MetricValues } from './metrics/metric-values.js';
export { readMetricReport } from './metrics/read-metric-report.js';
export { IsUtcTimestamp } from './metrics/is-utc-timestamp.js';
export { utcTimestamp } from './metrics/utc-timestamp.js';
export { type ParsedRequest, parseRunRequest } from './requests/parse-run-request.js';
export type { RunOrigin } from './requests/run-origin.js';
export { RunRequest } from './requests/run-request.js';
export { RUN_TRIGGERS, type RunTrigger } from './requests/run-trigger.js';
export { bucketStream, bucketSubject } from './streams/bucket-subjects.js';
export { MAX_MESSAGE_BYTES } from './streams/message-limits.js';
export {
  AGENT_STATES_BUCKET,
  AGENTS_BUCKET,
  CACHE_BUCKET,
  CANCELS_BUCKET,
  DEAD_LETTERS,
  executorConsumer,
  INGEST_DEAD_LETTERS,
  INGEST_EVENTS,
  INGEST_REQUESTS,
  NOTIFICATION_STREAKS_BUCKET,
  NOTIFICATIONS_BUCKET,
  NOTIFIER,
  NOTIFIER_EMAILS,
  NOTIFIER_WEBHOOKS,
  RUN_EVENTS,
  RUN_REQUESTS,
} from './streams/stream-names.js';
export {
  agentOfRequestSubject,
  DEAD_LETTER_SUBJECTS,
  type DeadLetterStage,
  deadLetterSubject,
  EVENT_SUBJECTS,
  eventSubject,
  holdsSubject,
  isPackSubject,
  PACK_SUBJECTS,
  packSubject,
  REQUEST_SUBJECTS,
  requestIdOfEventSubject,
  requestSubject,
} from './streams/subjects.js';
export { AGENT_NAME_PATTERN, IsAgentName } from './tokens/agent-name.js';
export { fireRequestId } from './tokens/fire-request-id.js';
export { assertRequestId, IsRequestId, REQUEST_ID_PATTERN } from './tokens/request-id.js';
export { ContractViolation, type Violation } from './validation/contract-violation.js';
export { parseJsonObject } from './validation/parse-json.js';
export { validateContract } from './validation/validate-contract.js';
