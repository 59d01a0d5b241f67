import { AgentRegistry } from '#agents';
import { NestFactory } from '@nestjs/core';
import type { Type } from '@nestjs/common';
import { PROTOCOL_VERSION } from '../children/protocol/child-message.js';
import { AgentHost } from './agent-host.js';
import { errorMessage } from './answer-of.js';
import { ChildModule } from './child.module.js';
import { ExecutorLink } from './executor-link.js';
import { RunLogger } from './run-logger.js';

/** Lines for the executor have a pipe of their own, so nothing that an agent prints can meet them. */
const PROTOCOL_DESCRIPTOR = 3;

const [, , catalogueUrl = '', catalogueName = ''] = process.argv;
const link = new ExecutorLink(PROTOCOL_DESCRIPTOR);

// An executor decides which runs may finish when a service manager signals all processes.
process.on('SIGTERM', () => undefined).on('SIGINT', () => undefined);

try {
  const exports = (await import(catalogueUrl)) as Record<string, Type | undefined>;
  const catalogue = exports[catalogueName];
  if (catalogue === undefined) {
    throw new Error(`${catalogueUrl} exports no ${catalogueName}`);
  }
  let host: AgentHost | undefined;
  const app = await NestFactory.createApplicationContext(ChildModule.forRoot(catalogue), {
    abortOnError: false,
    logger: new RunLogger((level, message) => host?.write(level, message)),
  });
  const agents = app.get(AgentRegistry);
  host = new AgentHost(link, agents, () => void app.close().finally(() => process.exit(0)));
  link.listen((message) => host.handle(message));
  link.send({
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    program: `Node ${process.version}`,
    agents: agents.all().map(({ declaration }) => declaration.name),
  });
} catch (error) {
  link.send(errorMessage(undefined, error));
  process.exit(1);
}
