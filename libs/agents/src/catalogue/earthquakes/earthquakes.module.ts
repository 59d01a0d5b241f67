import { Module } from '@nestjs/common';
import { EarthquakesAgent } from './earthquakes.agent.js';

@Module({ providers: [EarthquakesAgent] })
export class EarthquakesModule {}
