import {
  ConfigurationError,
  type Environment,
  loadConfiguration,
  TextVariable,
  UrlVariable,
} from '#configuration';
import { TopologyConfiguration } from '#topology';
import { IsOptional } from 'class-validator';
import { platformEnvironment } from '../platform/platform-environment.js';

const ADDRESSES = ['NATS_URL', 'DATABASE_URL', 'API_URL'] as const;

/** Where the doctor finds the servers of a platform. What is absent is not looked at. */
export class DoctorConfiguration extends TopologyConfiguration {
  @IsOptional()
  @UrlVariable('NATS_URL', { protocols: ['nats', 'tls'], isList: true })
  natsUrl?: string;

  @IsOptional()
  @TextVariable('NATS_USER')
  natsUser?: string;

  @IsOptional()
  @TextVariable('NATS_PASSWORD')
  natsPassword?: string;

  /** Where nats-server tells its state over HTTP. */
  @IsOptional()
  @UrlVariable('NATS_MONITORING_URL', { protocols: ['http', 'https'] })
  natsMonitoringUrl?: string;

  @IsOptional()
  @UrlVariable('DATABASE_URL', { protocols: ['postgres', 'postgresql'] })
  databaseUrl?: string;

  /** Without `/api`. */
  @IsOptional()
  @UrlVariable('API_URL', { protocols: ['http', 'https'] })
  apiUrl?: string;

  @IsOptional()
  @TextVariable('API_TOKEN')
  apiToken?: string;

  /** The folder of a `npm start` on this machine, when the addresses are its own. */
  localDataDir: string | undefined;

  /**
   * From the environment when it has any address, since two platforms must not be mixed up; otherwise from the
   * `.data/connection.env` of a running `npm start`.
   * @throws ConfigurationError
   */
  static from(environment: Environment): DoctorConfiguration {
    const isGiven = ADDRESSES.some((name) => (environment[name] ?? environment[`${name}_FILE`] ?? '') !== '');
    const found = isGiven ? environment : ofThisMachine(environment);
    const configuration = loadConfiguration(DoctorConfiguration, found);
    configuration.localDataDir = isGiven ? undefined : environment['DATA_DIR'] || '.data';
    return configuration;
  }

  /** What makes what is missing. */
  get setupHint(): string {
    return this.localDataDir === undefined
      ? 'Run the setup: `npm run setup`, with Compose `docker compose run --rm setup`'
      : 'End `npm start` and start it again: it prepares what is missing';
  }
}

function ofThisMachine(environment: Environment): Environment {
  try {
    return platformEnvironment(environment, 'API_URL', ADDRESSES);
  } catch (error) {
    throw error instanceof ConfigurationError
      ? new ConfigurationError([
          ...error.problems,
          'NATS_URL and DATABASE_URL likewise; one of the three is enough',
        ])
      : error;
  }
}
