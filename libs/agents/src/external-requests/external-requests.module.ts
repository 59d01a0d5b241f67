import { loadConfiguration } from '#configuration';
import { Module } from '@nestjs/common';
import { AddressPolicy } from './address-policy.js';
import { ExternalRequests } from './external-requests.js';
import { ExternalRequestsConfiguration } from './external-requests-configuration.js';
import { HostResolver } from './host-resolver.js';
import { RequestGuard } from './request-guard.js';

/** Gives agents `ExternalRequests`. */
@Module({
  providers: [
    {
      provide: ExternalRequestsConfiguration,
      useFactory: () => loadConfiguration(ExternalRequestsConfiguration, process.env),
    },
    AddressPolicy,
    HostResolver,
    RequestGuard,
    ExternalRequests,
  ],
  exports: [ExternalRequests],
})
export class ExternalRequestsModule {}
