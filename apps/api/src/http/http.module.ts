import { ContractPipe } from '#http';
import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { TimeLimitInterceptor } from './time-limit.interceptor.js';

/** What holds for every route. */
@Module({
  providers: [
    { provide: APP_PIPE, useClass: ContractPipe },
    { provide: APP_INTERCEPTOR, useClass: TimeLimitInterceptor },
  ],
})
export class HttpModule {}
