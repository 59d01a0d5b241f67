import { loadConfiguration } from '#configuration';
import { Module } from '@nestjs/common';
import { ExternalRequestsModule } from '../../external-requests/external-requests.module.js';
import { FeedSource } from './feed-source.js';
import { Judge } from './judge.js';
import { TopResultsConfiguration } from './top-results-configuration.js';
import { TopResultsAgent } from './top-results.agent.js';

@Module({
  imports: [ExternalRequestsModule],
  providers: [
    {
      provide: TopResultsConfiguration,
      useFactory: () => loadConfiguration(TopResultsConfiguration, process.env),
    },
    FeedSource,
    Judge,
    TopResultsAgent,
  ],
})
export class TopResultsModule {}
