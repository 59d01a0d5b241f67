import { applyDecorators, Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { AgentOptions } from './agent-options.js';

/** What `@Agent` leaves on a class, for the registry to find. */
export const AgentMetadata = DiscoveryService.createDecorator<AgentOptions>();

/**
 * Class decorator: makes a `BaseAgent` known to the platform. The class is a Nest provider like any other and may
 * inject what its module provides. A wrong declaration stops the start of the executor.
 */
export function Agent(options: AgentOptions): ClassDecorator {
  return applyDecorators(Injectable(), AgentMetadata(options));
}
