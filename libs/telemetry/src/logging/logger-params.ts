import type { Params } from 'nestjs-pino';
import { type LoggerOptions, stdTimeFunctions } from 'pino';
import type { TelemetryOptions } from '../telemetry-options.js';
import { PrettyLines } from './pretty-lines.js';

type LoggingOptions = Pick<TelemetryOptions, 'service' | 'logLevel' | 'pretty'>;

/** Headers that carry credentials, wherever an object with headers is logged. */
const SECRET_HEADERS = ['authorization', '["proxy-authorization"]', 'cookie', '["set-cookie"]'];
const HEADER_HOLDERS = ['', 'headers', 'req.headers', 'request.headers', 'res.headers', 'response.headers'];

/** Set-up of the process's logger. No line per HTTP request: rates and durations are metrics. */
export function loggerParams(options: LoggingOptions): Params {
  const pinoHttp = pinoOptions(options);
  return {
    forRoutes: [],
    pinoHttp: options.pretty === true ? [pinoHttp, new PrettyLines(process.stdout)] : pinoHttp,
  };
}

/** One JSON object per line: ISO 8601 time, level by name, the service, and no credentials. */
export function pinoOptions({ service, logLevel }: LoggingOptions): LoggerOptions {
  return {
    level: logLevel,
    base: { service },
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: HEADER_HOLDERS.flatMap(secretPaths), censor: '[redacted]' },
  };
}

function secretPaths(holder: string): string[] {
  return SECRET_HEADERS.map((header) => {
    const separator = holder === '' || header.startsWith('[') ? '' : '.';
    return `${holder}${separator}${header}`;
  });
}
