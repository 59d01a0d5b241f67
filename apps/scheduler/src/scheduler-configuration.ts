import { IntegerVariable, TextVariable, UrlVariable } from '#configuration';
import { LOG_LEVELS, type LogLevel } from '#telemetry';
import { IsIn, IsOptional, Max, Min } from 'class-validator';

/** What a scheduler can be told through its environment. */
export class SchedulerConfiguration {
  @UrlVariable('NATS_URL', { protocols: ['nats', 'tls'] })
  natsUrl: string;

  @IsOptional()
  @TextVariable('NATS_USER')
  natsUser?: string;

  @IsOptional()
  @TextVariable('NATS_PASSWORD')
  natsPassword?: string;

  @TextVariable('MANAGEMENT_HOST')
  managementHost = '127.0.0.1';

  /** 0 takes any free port. */
  @IntegerVariable('MANAGEMENT_PORT')
  @Min(0)
  @Max(65_535)
  managementPort = 9101;

  @TextVariable('LOG_LEVEL')
  @IsIn(LOG_LEVELS)
  logLevel: LogLevel = 'info';
}
