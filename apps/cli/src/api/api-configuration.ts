import { type Environment, loadConfiguration, TextVariable, UrlVariable } from '#configuration';
import { IsOptional, Matches } from 'class-validator';
import { platformEnvironment } from '../platform/platform-environment.js';

/** How the command line reaches the HTTP API. */
export class ApiConfiguration {
  /** Without `/api`. */
  @UrlVariable('API_URL', { protocols: ['http', 'https'] })
  url: string;

  @IsOptional()
  @TextVariable('API_TOKEN')
  @Matches(/^[\x21-\x7E]+$/, { message: 'token must be one word' })
  token?: string;

  /**
   * From the environment; the address otherwise from the `.data/connection.env` of a running `npm start`.
   * @throws ConfigurationError
   */
  static from(environment: Environment): ApiConfiguration {
    return loadConfiguration(ApiConfiguration, platformEnvironment(environment, 'API_URL'));
  }
}
