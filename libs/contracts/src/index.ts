export {
  API_LOGINS_BUCKET,
  API_SESSIONS_BUCKET,
  API_TOKENS_BUCKET,
  API_USERS_BUCKET,
  AUDIT,
  AUDIT_SUBJECTS,
  INGEST_AUDIT,
} from './access/access-names.js';
export {
  AUDIT_ACTION_PATTERN,
  AUDIT_ACTORS,
  AUDIT_OUTCOMES,
  type AuditActor,
  AuditEntry,
  type AuditOutcome,
  auditSubject,
  parseAuditEntry,
} from './access/audit-entry.js';
export { type Role, ROLES, scopesOf } from './access/role.js';
export { grants, type Scope, SCOPES } from './access/scope.js';
export { parseStoredSession, StoredSession } from './access/stored-session.js';
export { isInForce, parseStoredToken, StoredToken } from './access/stored-token.js';
export { parseStoredUser, StoredUser, USER_NAME_PATTERN } from './access/stored-user.js';
export {
  isSecretOf,
  newTokenId,
  newTokenSecret,
  parseTokenText,
  secretDigest,
  TOKEN_ID_PATTERN,
  type TokenText,
  tokenText,
} from './access/token-text.js';
export { AgentDeclaration } from './agents/agent-declaration.js';
export { CatalogueEntry, parseCatalogueEntry } from './agents/catalogue-entry.js';
export {
  boundedInputSchema,
  type InputSchema,
  JSON_SCHEMA_DIALECT,
  MAX_INPUT_SCHEMA_BYTES,
} from './agents/input-schema.js';
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
  DECIDED_TIMEOUT_MS,
  type DecidedAnswer,
  DecidedInquiry,
  decidedOf,
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
export { ExecutorPresence, parseExecutorPresence } from './executors/executor-presence.js';
export { EXECUTORS_BUCKET, PRESENCE_EVERY_MS, PRESENCE_KEPT_MS } from './executors/executors-bucket.js';
export { MAX_ERROR_LENGTH, MetricReport } from './metrics/metric-report.js';
export { InstantTexts } from './metrics/instant-texts.js';
export { metricProblems, type MetricValue, type MetricValues } from './metrics/metric-values.js';
export { readMetricReport } from './metrics/read-metric-report.js';
export { IsUtcTimestamp } from './metrics/is-utc-timestamp.js';
export { utcTimestamp } from './metrics/utc-timestamp.js';
export {
  LATER_RUNS_BUCKET,
  LaterRun,
  MAX_LATER_DAYS,
  originOfLaterRun,
  parseLaterRun,
} from './requests/later-run.js';
export { type ParsedRequest, parseRunRequest } from './requests/parse-run-request.js';
export { isPlaceId, placeId } from './requests/place-id.js';
export type { RunOrigin } from './requests/run-origin.js';
export { RUN_PRIORITIES, type RunPriority } from './requests/run-priority.js';
export { RunRequest } from './requests/run-request.js';
export { RUN_TRIGGERS, type RunTrigger } from './requests/run-trigger.js';
export {
  BACKFILL_SUBJECTS,
  backfillSubject,
  CLOCK_KEY,
  FIRE_SUBJECTS,
  fireSubject,
  INGEST_FIRES,
  PUBLISHED_KEY,
  SCHEDULE_FIRES,
  SCHEDULES_BUCKET,
} from './schedules/schedule-streams.js';
export {
  type BackfillReport,
  BackfillSchedule,
  MAX_BACKFILLED,
  parseBackfillSchedule,
} from './schedules/backfill-schedule.js';
export {
  FIRE_OUTCOMES,
  type FireOutcome,
  LedgerEntry,
  LedgerFire,
  MAX_ENTRY_FIRES,
  parseLedgerEntry,
} from './schedules/ledger-entry.js';
export { type ListedSchedule, ListSchedules, type ListSchedulesAnswer } from './schedules/list-schedules.js';
export {
  type ClockMark,
  parsePreviewSchedule,
  type PreviewedFire,
  PreviewSchedule,
  type PreviewScheduleAnswer,
} from './schedules/preview-schedule.js';
export type { PutScheduleAnswer } from './schedules/put-schedule.js';
export { ScheduleCommand, type ScheduleCommandAnswer } from './schedules/schedule-command.js';
export {
  parseScheduleDefinition,
  parseStoredSchedule,
  ScheduleDefinition,
} from './schedules/schedule-definition.js';
export { parseScheduleKey, scheduleKey, schedulePauseKey } from './schedules/schedule-key.js';
export type { SchedulePause } from './schedules/schedule-pause.js';
export {
  MISSED_FIRES,
  type MissedFires,
  type Overlap,
  OVERLAPS,
  SCHEDULE_DEFAULTS,
} from './schedules/schedule-policies.js';
export { refuseBadTiming, type ScheduleTiming } from './schedules/schedule-timing.js';
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
  priorityOfRequestSubject,
  REQUEST_SUBJECTS,
  requestIdOfEventSubject,
  requestSubject,
  URGENT_SUBJECTS,
} from './streams/subjects.js';
export { AGENT_NAME_PATTERN, IsAgentName } from './tokens/agent-name.js';
export { fireRequestId } from './tokens/fire-request-id.js';
export { assertRequestId, IsRequestId, REQUEST_ID_PATTERN } from './tokens/request-id.js';
export { SCHEDULE_NAME_PATTERN } from './tokens/schedule-name.js';
export { ContractViolation, type Violation } from './validation/contract-violation.js';
export { parseJsonObject } from './validation/parse-json.js';
export { validateContract } from './validation/validate-contract.js';
