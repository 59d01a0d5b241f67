import { IntegerVariable, ServiceConfiguration, TextVariable, UrlVariable } from '#configuration';
import { USER_NAME_PATTERN } from '#contracts';
import { IsOptional, Length, Matches, Max, Min } from 'class-validator';
import { PASSWORD_LENGTH } from './access/password-hasher.js';

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

  /** On a loopback address nobody has to log in before there is an admin. */
  @TextVariable('API_HOST')
  host = '127.0.0.1';

  /** 0 takes any free port. */
  @IntegerVariable('API_PORT')
  @Min(0)
  @Max(65_535)
  port = 8080;

  /** Addresses of proxies, separated by commas, whose `X-Forwarded-For` is believed: IP addresses or networks. */
  @IsOptional()
  @TextVariable('API_TRUSTED_PROXIES')
  @Matches(/^[0-9a-fA-F.:/]+(,[0-9a-fA-F.:/]+)*$/, {
    message: 'trustedProxies must be IP addresses or networks such as 10.0.0.0/8, separated by commas',
  })
  trustedProxies?: string;

  /** Requests of one caller. */
  @IntegerVariable('API_REQUESTS_PER_MINUTE')
  @Min(10)
  @Max(1_000_000)
  requestsPerMinute = 6_000;

  /** Hours until a login has to be repeated. */
  @IntegerVariable('API_SESSION_HOURS')
  @Min(1)
  @Max(168)
  sessionHours = 12;

  /** The first admin, who is made while there is no user at all. */
  @IsOptional()
  @TextVariable('API_ADMIN_USER')
  @Matches(USER_NAME_PATTERN, { message: 'adminUser must be 1 to 64 characters of a-z, 0-9, _ and -' })
  adminUser?: string;

  @IsOptional()
  @TextVariable('API_ADMIN_PASSWORD')
  @Length(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max, {
    message: `adminPassword must be ${PASSWORD_LENGTH.min} to ${PASSWORD_LENGTH.max} characters`,
  })
  adminPassword?: string;
}
