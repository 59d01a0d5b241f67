import { TextVariable, UrlVariable } from '#configuration';
import { IsOptional } from 'class-validator';

/** How the command line reaches a platform: as every service does. */
export class PlatformConfiguration {
  /** Several servers of a cluster are separated by commas. */
  @UrlVariable('NATS_URL', { protocols: ['nats', 'tls'], isList: true })
  natsUrl: string;

  @IsOptional()
  @TextVariable('NATS_USER')
  natsUser?: string;

  @IsOptional()
  @TextVariable('NATS_PASSWORD')
  natsPassword?: string;
}
