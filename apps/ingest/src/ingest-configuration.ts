import { IntegerVariable, ServiceConfiguration, TextVariable, UrlVariable } from '#configuration';
import { isLoopback } from '#http';
import { IsOptional, Matches, Max, Min, ValidateIf } from 'class-validator';
import { OutlivesItsRows } from './retention/outlives-its-rows.js';
import type { RetentionDays } from './retention/retention-days.js';

const MAX_DAYS = 36_500;

/** What ingest can be told through its environment. */
export class IngestConfiguration extends ServiceConfiguration {
  override managementPort = 9103;

  @UrlVariable('DATABASE_URL', { protocols: ['postgres', 'postgresql'] })
  databaseUrl: string;

  /** Connections to Postgres at most. */
  @IntegerVariable('INGEST_POOL_SIZE')
  @Min(2)
  @Max(100)
  poolSize = 6;

  @TextVariable('INGEST_HOST')
  host = '127.0.0.1';

  @IntegerVariable('INGEST_PORT')
  @Min(0)
  @Max(65_535)
  port = 8000;

  /** What producers send as `Authorization: Bearer …`. Only on a loopback address can it be left out. */
  @ValidateIf(({ host, token }: IngestConfiguration) => token !== undefined || !isLoopback(host))
  @TextVariable('INGEST_TOKEN', 'must be set when INGEST_HOST is not a loopback address')
  @Matches(/^[\x21-\x7e]{16,200}$/, {
    message: 'token must be 16 to 200 printable ASCII characters without blanks',
  })
  token?: string;

  /** Days that runs and their attempts are kept; for ever when it is not set. */
  @IsOptional()
  @IntegerVariable('RETENTION_RUNS_DAYS')
  @Min(1)
  @Max(MAX_DAYS)
  @OutlivesItsRows()
  retentionRunsDays?: number;

  /** Days that metrics are kept, and up to a month more; for ever when it is not set. Daily summaries stay. */
  @IsOptional()
  @IntegerVariable('RETENTION_METRICS_DAYS')
  @Min(1)
  @Max(MAX_DAYS)
  retentionMetricsDays?: number;

  /** Days that logs are kept, and up to a month more; for ever when it is not set. */
  @IsOptional()
  @IntegerVariable('RETENTION_LOGS_DAYS')
  @Min(1)
  @Max(MAX_DAYS)
  retentionLogsDays?: number;

  /** Days that it is kept what became of the fires of schedules; for ever when it is not set. */
  @IsOptional()
  @IntegerVariable('RETENTION_FIRES_DAYS')
  @Min(1)
  @Max(MAX_DAYS)
  retentionFiresDays?: number;

  get retentionDays(): RetentionDays {
    return {
      runs: this.retentionRunsDays,
      metrics: this.retentionMetricsDays,
      logs: this.retentionLogsDays,
      fires: this.retentionFiresDays,
    };
  }
}
