import { ProblemFilter, refuseEncodedBody } from '#http';
import { JetStreamServer } from '#jetstream';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply } from 'fastify';
import { Logger } from 'nestjs-pino';
import { takeBatchBodies } from './http/batch-bodies.js';
import { translateError } from './http/translate-error.js';
import { BODY_LIMIT_BYTES } from './http/body-limit.js';
import type { IngestConfiguration } from './ingest-configuration.js';
import { IngestModule } from './ingest.module.js';

/** For a request to come in as a whole: a batch is read no faster than it is written. */
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Makes an ingest service, ready for `listen(port, host)`. Its consumers begin once the broker is reached; HTTP
 * answers before that.
 * @param onFatal called when the consumers can't begin at all
 */
export async function createIngest(
  configuration: IngestConfiguration,
  onFatal: (error: unknown) => void,
): Promise<NestFastifyApplication> {
  const problems = new ProblemFilter(translateError);
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    frameworkErrors: (error: unknown, _request: unknown, reply: FastifyReply) =>
      problems.answer(error, reply),
  });
  const app = await NestFactory.create<NestFastifyApplication>(IngestModule.forRoot(configuration), adapter, {
    bufferLogs: true,
    abortOnError: false,
    bodyParser: false,
    forceCloseConnections: true,
  });
  app.useLogger(app.get(Logger));
  app.useGlobalFilters(problems);
  // Only JSON is taken: a form or a plain text can be sent by any page in a browser.
  adapter.getInstance().removeContentTypeParser('text/plain');
  adapter.getInstance().addHook('onRequest', refuseEncodedBody);
  takeBatchBodies(adapter.getInstance());
  app.connectMicroservice<MicroserviceOptions>({ strategy: app.get(JetStreamServer) });
  app.startAllMicroservices().catch(onFatal);
  return app;
}
