import { Module } from '@nestjs/common';
import { Clock } from './clock.js';
import { ClockSync } from './clock-sync.js';

@Module({ providers: [Clock, ClockSync], exports: [Clock, ClockSync] })
export class ClockModule {}
