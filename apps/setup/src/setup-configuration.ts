import { IntegerVariable, TextVariable, UrlVariable } from '#configuration';
import { TopologyConfiguration } from '#topology';
import { IsOptional, Matches, Max, Min } from 'class-validator';

/** Other characters would have to be prepared as RFC 4013 says, which not every Postgres client does. */
const PASSWORD_PATTERN = /^[\x20-\x7e]{12,200}$/;
const PASSWORD_RULE = { message: '$property must be 12 to 200 printable ASCII characters' };

/** What the setup can be told through its environment. */
export class SetupConfiguration extends TopologyConfiguration {
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
