import { Module } from '@nestjs/common';
import { RouteOptimizerAgent } from './route-optimizer.agent.js';

@Module({ providers: [RouteOptimizerAgent] })
export class RouteOptimizerModule {}
