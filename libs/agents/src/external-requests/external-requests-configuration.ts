import { BooleanVariable, TextVariable } from '#configuration';
import { Matches } from 'class-validator';

/** What agents may ask of the world outside. */
export class ExternalRequestsConfiguration {
  /** Whether agents may make requests to addresses that their input names. */
  @BooleanVariable('ALLOW_EXTERNAL_REQUESTS')
  isAllowed = false;

  /** Ports that they may use, separated by commas. */
  @TextVariable('ALLOWED_REQUEST_PORTS')
  @Matches(/^\d{1,5}(?:,\d{1,5})*$/, { message: 'ports must be numbers separated by commas' })
  ports = '80,443';

  /** Hosts that they may use, separated by commas; `*.example.org` is every host below it, `*` any public one. */
  @TextVariable('ALLOWED_REQUEST_HOSTS')
  @Matches(/^(?:\*|(?:\*\.)?[a-z0-9.-]+)(?:,(?:\*|(?:\*\.)?[a-z0-9.-]+))*$/, {
    message: 'hosts must be names in lower case separated by commas',
  })
  hosts = '*';
}
