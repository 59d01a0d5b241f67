import { Module } from '@nestjs/common';
import { ExternalRequestsModule } from '../../external-requests/external-requests.module.js';
import { HttpJobAgent } from './http-job.agent.js';

@Module({ imports: [ExternalRequestsModule], providers: [HttpJobAgent] })
export class HttpJobModule {}
