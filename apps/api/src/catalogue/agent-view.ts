import { type Isolation, ISOLATIONS, JSON_SCHEMA_DIALECT } from '#contracts';
import { ApiProperty } from '@nestjs/swagger';
import { SummaryFigures } from '../summaries/summary-figures.js';

const TIME = { type: 'string', format: 'date-time', nullable: true } as const;
const TEXT = { type: 'string', nullable: true } as const;
const MILLISECONDS = { type: 'integer', description: 'Milliseconds' } as const;

/** What bounds the runs of an agent. */
export class AgentLimits {
  @ApiProperty({ type: 'integer', description: 'Runs at the same time, over all executors' })
  concurrency: number;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'In one executor; null for no bound of its own',
  })
  concurrency_per_executor: number | null;

  @ApiProperty({ type: 'integer', description: 'How often a run is tried in all' })
  attempt_limit: number;

  @ApiProperty(MILLISECONDS)
  time_limit_ms: number;

  @ApiProperty(MILLISECONDS)
  kill_grace_ms: number;

  @ApiProperty({ ...MILLISECONDS, description: 'Milliseconds before the second attempt; doubles' })
  retry_delay_ms: number;

  @ApiProperty({ type: 'integer', description: 'Mebibytes, of a child process' })
  memory_limit_mb: number;

  @ApiProperty({
    type: 'integer',
    description: 'Failed attempts in a row that open the breaker; 0 for never',
  })
  breaker_failures: number;

  @ApiProperty(MILLISECONDS)
  breaker_pause_ms: number;
}

/** Why somebody keeps an agent from running. */
export class PauseView {
  @ApiProperty(TIME)
  at: string | null;

  @ApiProperty(TEXT)
  by: string | null;

  @ApiProperty(TEXT)
  reason: string | null;
}

/** A breaker that is not closed. */
export class BreakerView {
  @ApiProperty({
    enum: ['open', 'half_open'],
    description: 'open: nothing runs; half_open: one run at a time is tried',
  })
  state: 'open' | 'half_open';

  @ApiProperty({ format: 'date-time' })
  open_until: string;

  @ApiProperty({ type: 'integer', description: 'Failed attempts in a row' })
  failures: number;

  @ApiProperty()
  last_error: string;
}

export class PeriodView extends SummaryFigures {
  @ApiProperty({ format: 'date-time' })
  since: string;
}

export class AgentStatisticsView {
  @ApiProperty({ description: 'Runs that finished since yesterday 00:00 UTC: of 24 to 48 hours' })
  since_yesterday: PeriodView;

  @ApiProperty({ description: 'Runs that finished today or on the six UTC days before' })
  last_7_days: PeriodView;
}

/** A schedule, in short. */
export class AgentScheduleView {
  @ApiProperty({ example: 'default' })
  name: string;

  @ApiProperty({ ...TEXT, example: '30 4 * * *' })
  cron: string | null;

  @ApiProperty({ type: 'integer', nullable: true })
  every_ms: number | null;

  @ApiProperty({ ...TIME, description: 'Of a schedule that fires once' })
  at: string | null;

  @ApiProperty({ example: 'Europe/Madrid' })
  time_zone: string;
}

/** An agent, as lists show it. */
export class AgentView {
  @ApiProperty({ example: 'machine_health' })
  name: string;

  @ApiProperty()
  description: string;

  @ApiProperty({ description: 'The executors that serve it', example: 'default' })
  group: string;

  @ApiProperty({ enum: ISOLATIONS })
  isolation: Isolation;

  @ApiProperty()
  limits: AgentLimits;

  @ApiProperty({ type: [AgentScheduleView], description: 'Those that its code declares' })
  declared_schedules: AgentScheduleView[];

  @ApiProperty({ type: PauseView, nullable: true, description: 'null: it is not paused' })
  pause: PauseView | null;

  @ApiProperty({ type: BreakerView, nullable: true, description: 'null: it is closed' })
  breaker: BreakerView | null;

  @ApiProperty({ type: AgentStatisticsView, nullable: true, description: 'null while Postgres is away' })
  statistics: AgentStatisticsView | null;
}

const UNAVAILABLE = {
  enum: ['nats', 'postgres'],
  isArray: true,
  description:
    'Servers that are away: what NATS knows is then as it was last, what Postgres knows is missing',
};

export class AgentPage {
  @ApiProperty({ type: [AgentView] })
  items: AgentView[];

  @ApiProperty({
    type: 'string',
    nullable: true,
    description: 'Send it as `cursor` for the page that follows; null on the last one',
  })
  next_cursor: string | null;

  @ApiProperty(UNAVAILABLE)
  unavailable: ('nats' | 'postgres')[];
}

/** A schedule of an agent with what becomes of it. */
export class OwnScheduleView extends AgentScheduleView {
  @ApiProperty({ enum: ['code', 'stored'], description: 'Where it is defined' })
  source: 'code' | 'stored';

  @ApiProperty()
  is_paused: boolean;

  @ApiProperty({ ...TIME, description: 'What is paused would fire then' })
  next_fire: string | null;
}

/** Everything about one agent. */
export class AgentDetail extends AgentView {
  @ApiProperty({
    type: [OwnScheduleView],
    nullable: true,
    description: 'From code and made at run time, the first 100; null while NATS is away',
  })
  schedules: OwnScheduleView[] | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: true,
    nullable: true,
    description:
      'JSON Schema (draft 2020-12) of its input; a description names what is checked beyond it. null: the agent declares none',
    example: {
      $schema: JSON_SCHEMA_DIALECT,
      type: 'object',
      properties: { limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
      required: [],
      additionalProperties: false,
    },
  })
  input_schema: Record<string, unknown> | null;

  @ApiProperty({
    type: 'integer',
    nullable: true,
    description: 'Alive and serving it; null while NATS is away',
  })
  executors: number | null;

  @ApiProperty(UNAVAILABLE)
  unavailable: ('nats' | 'postgres')[];
}

/** What came of pausing. */
export class AgentPaused {
  @ApiProperty()
  agent: string;

  @ApiProperty({ format: 'date-time', description: 'Of one that was paused already: since then' })
  paused_at: string;
}

/** What came of resuming, or of resetting a breaker. */
export class AgentReleased {
  @ApiProperty()
  agent: string;

  @ApiProperty({ description: 'false: there was nothing to take back' })
  changed: boolean;
}
