import type { LogLevel } from '#configuration';
import { TelemetryModule } from '#telemetry';
import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Logger } from 'nestjs-pino';

/**
 * Log lines for people, of everything in this process: its log set-up is that of whoever starts first. So this comes before
 * the services, which write JSON when they are on their own.
 */
export async function startLogs(logLevel: LogLevel): Promise<INestApplicationContext> {
  const telemetry = TelemetryModule.forRoot({ service: 'standalone', logLevel, pretty: true });
  const context = await NestFactory.createApplicationContext(telemetry, {
    bufferLogs: true,
    abortOnError: false,
  });
  context.useLogger(context.get(Logger));
  return context;
}
