import { type DynamicModule, Module } from '@nestjs/common';
import { ApiConfiguration } from './api-configuration.js';

/** Gives every module of the app its one configuration. */
@Module({})
export class ConfigurationModule {
  static forRoot(configuration: ApiConfiguration): DynamicModule {
    return {
      module: ConfigurationModule,
      global: true,
      providers: [{ provide: ApiConfiguration, useValue: configuration }],
      exports: [ApiConfiguration],
    };
  }
}
