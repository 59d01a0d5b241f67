import { IsIn, IsOptional, Max, Min } from 'class-validator';
import { LOG_LEVELS, type LogLevel } from './log-level.js';
import { IntegerVariable } from './variables/integer-variable.js';
import { TextVariable } from './variables/text-variable.js';
import { UrlVariable } from './variables/url-variable.js';

/** What every service on NATS can be told. */
export abstract class ServiceConfiguration {
  /** Several servers of a cluster are separated by commas. */
  @UrlVariable('NATS_URL', { protocols: ['nats', 'tls'], isList: true })
  natsUrl: string;

  @IsOptional()
  @TextVariable('NATS_USER')
  natsUser?: string;

  @IsOptional()
  @TextVariable('NATS_PASSWORD')
  natsPassword?: string;

  /** Where health and Prometheus metrics are served. */
  @TextVariable('MANAGEMENT_HOST')
  managementHost = '127.0.0.1';

  /** 0 takes any free port. */
  @IntegerVariable('MANAGEMENT_PORT')
  @Min(0)
  @Max(65_535)
  managementPort: number;

  @TextVariable('LOG_LEVEL')
  @IsIn(LOG_LEVELS)
  logLevel: LogLevel = 'info';
}
