import { IntegerVariable, ServiceConfiguration, UrlVariable } from '#configuration';
import { Max, Min } from 'class-validator';

/** What the api service can be told through its environment. */
export class ApiConfiguration extends ServiceConfiguration {
  override managementPort = 9104;

  /** As a role that may only read. */
  @UrlVariable('DATABASE_URL', { protocols: ['postgres', 'postgresql'] })
  databaseUrl: string;

  /** Connections to Postgres at most. */
  @IntegerVariable('API_POOL_SIZE')
  @Min(1)
  @Max(100)
  poolSize = 4;
}
