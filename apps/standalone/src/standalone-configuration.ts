import { resolve } from 'node:path';
import { IntegerVariable, LOG_LEVELS, type LogLevel, TextVariable, UrlVariable } from '#configuration';
import { IsIn, IsOptional, Max, Min } from 'class-validator';

/** What `npm start` can be told through its environment. */
export class StandaloneConfiguration {
  /** Everything that outlives a start lies here. */
  @TextVariable('DATA_DIR')
  dataDir = resolve('.data');

  /** A broker that runs already; otherwise a nats-server is started. */
  @IsOptional()
  @UrlVariable('NATS_URL', { protocols: ['nats', 'tls'], isList: true })
  natsUrl?: string;

  /** Milliseconds that runs may go on after Ctrl-C. */
  @IntegerVariable('EXECUTOR_DRAIN_MS')
  @Min(0)
  @Max(3_600_000)
  drainMs = 5_000;

  @TextVariable('LOG_LEVEL')
  @IsIn(LOG_LEVELS)
  logLevel: LogLevel = 'warn';
}
