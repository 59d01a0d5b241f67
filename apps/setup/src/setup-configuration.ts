import { IntegerVariable, TextVariable, UrlVariable } from '#configuration';
import { IsOptional, Matches, Max, Min } from 'class-validator';

const MEBIBYTE = 1_048_576;
const LARGEST_STREAM_BYTES = 1_048_576 * MEBIBYTE;

/** Other characters would have to be prepared as RFC 4013 says, which not every Postgres client does. */
const PASSWORD_PATTERN = /^[\x20-\x7e]{12,200}$/;
const PASSWORD_RULE = { message: '$property must be 12 to 200 printable ASCII characters' };

/** What the setup can be told through its environment. */
export class SetupConfiguration {
  /** The database, as the owner of its tables. The owner needs CREATEROLE. */
  @UrlVariable('DATABASE_URL', { protocols: ['postgres', 'postgresql'] })
  databaseUrl: string;

  @UrlVariable('NATS_URL', { protocols: ['nats', 'tls'], isList: true })
  natsUrl: string;

  @IsOptional()
  @TextVariable('NATS_USER')
  natsUser?: string;

  @IsOptional()
  @TextVariable('NATS_PASSWORD')
  natsPassword?: string;

  /** Requests that are kept at most; when it is full, the broker refuses new ones. */
  @IntegerVariable('RUN_REQUESTS_MAX_BYTES')
  @Min(MEBIBYTE)
  @Max(LARGEST_STREAM_BYTES)
  runRequestsMaxBytes = 1_024 * MEBIBYTE;

  /** Events that are kept at most; when it is full, the broker refuses new ones. */
  @IntegerVariable('RUN_EVENTS_MAX_BYTES')
  @Min(MEBIBYTE)
  @Max(LARGEST_STREAM_BYTES)
  runEventsMaxBytes = 4_096 * MEBIBYTE;

  /** Dead letters that are kept at most; when it is full, the oldest go. */
  @IntegerVariable('DEAD_LETTERS_MAX_BYTES')
  @Min(MEBIBYTE)
  @Max(LARGEST_STREAM_BYTES)
  deadLettersMaxBytes = 256 * MEBIBYTE;

  /** Servers of a NATS cluster that hold each stream. */
  @IntegerVariable('STREAM_REPLICAS')
  @Min(1)
  @Max(5)
  streamReplicas = 1;

  /** Password of the login `ingest_service`, which is made or changed only if this is set. */
  @IsOptional()
  @TextVariable('INGEST_DB_PASSWORD')
  @Matches(PASSWORD_PATTERN, PASSWORD_RULE)
  ingestDbPassword?: string;

  /** Password of the login `api_service`, which is made or changed only if this is set. */
  @IsOptional()
  @TextVariable('API_DB_PASSWORD')
  @Matches(PASSWORD_PATTERN, PASSWORD_RULE)
  apiDbPassword?: string;

  /** Password of the login `webapp`, which is made or changed only if this is set. */
  @IsOptional()
  @TextVariable('WEBAPP_DB_PASSWORD')
  @Matches(PASSWORD_PATTERN, PASSWORD_RULE)
  webappDbPassword?: string;

  /** Seconds that Postgres and NATS may take to come up. */
  @IntegerVariable('SETUP_WAIT_SECONDS')
  @Min(0)
  @Max(3_600)
  waitSeconds = 60;
}
