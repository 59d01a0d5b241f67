import { IsObject, Matches } from 'class-validator';
import { parseJsonObject } from '../validation/parse-json.js';
import { validateContract } from '../validation/validate-contract.js';
import type { AgentDeclaration } from './agent-declaration.js';
import { parseAgentDeclaration } from './parse-agent-declaration.js';

/** What the bucket `AGENTS` holds under an agent's name. */
export class CatalogueEntry {
  /**
   * The deployment of executors that serves the agent. When executors of a group start without an agent that the
   * group used to have, its entry goes, and with it its schedules.
   */
  @Matches(/^[a-z0-9_-]{1,50}$/)
  group: string;

  @IsObject()
  declaration: AgentDeclaration;
}

/** An older scheduler must keep what it understands of a newer executor's agents. */
const TOLERANT = { unknownFields: 'drop' } as const;

/**
 * Reads an entry of the catalogue.
 * @throws ContractViolation when it is none.
 */
export function parseCatalogueEntry(data: Uint8Array): CatalogueEntry {
  const entry = validateContract(CatalogueEntry, parseJsonObject(data), TOLERANT);
  entry.declaration = parseAgentDeclaration(entry.declaration, TOLERANT);
  return entry;
}
