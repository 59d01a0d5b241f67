import 'reflect-metadata';
import { ProblemFilter, refuseEncodedBody } from '#http';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { Logger } from 'nestjs-pino';
import type { ApiConfiguration } from './api-configuration.js';
import { ApiModule } from './api.module.js';
import { answerHeaders } from './http/answer-headers.js';
import { serveOpenApi } from './http/open-api.js';
import { translateError } from './http/translate-error.js';

/** Leaves room in a message of 1 MB for what a request adds to an input. */
const BODY_LIMIT_BYTES = 512 * 1024;
const REQUEST_TIMEOUT_MS = 15_000;

/**
 * Starts an api service, which answers HTTP and commands over NATS until it is closed. Neither NATS nor Postgres need be
 * up. Several share the commands.
 */
export async function createApi(configuration: ApiConfiguration): Promise<NestFastifyApplication> {
  const problems = new ProblemFilter(translateError);
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    exposeHeadRoutes: false,
    trustProxy: configuration.trustedProxies ?? false,
    frameworkErrors: (error: unknown, _request: unknown, reply: FastifyReply) =>
      problems.answer(error, reply),
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.forRoot(configuration), adapter, {
    bufferLogs: true,
    abortOnError: false,
    bodyParser: false,
    forceCloseConnections: true,
  });
  app.useLogger(app.get(Logger));
  app.setGlobalPrefix('api');
  app.useGlobalFilters(problems);
  takeJsonOnly(adapter);
  serveOpenApi(app);
  await app.listen(configuration.port, configuration.host);
  return app;
}

/** A form or a plain text can be sent by any page in a browser. */
function takeJsonOnly(adapter: FastifyAdapter): void {
  const server = adapter.getInstance();
  server.removeContentTypeParser('text/plain');
  server.addHook('onRequest', refuseEncodedBody);
  server.addHook('onRequest', answerHeaders);
}
