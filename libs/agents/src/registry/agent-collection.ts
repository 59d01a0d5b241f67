import { ContractViolation } from '#contracts';
import { InvalidAgentsError } from './invalid-agents-error.js';
import type { RegisteredAgent } from './registered-agent.js';

/** Agents by name, and what is wrong with any of them. */
export class AgentCollection {
  private readonly agents = new Map<string, RegisteredAgent>();
  private readonly declaredBy = new Map<string, string>();
  private readonly problems: string[] = [];

  /**
   * @param origin where it is declared, for people
   * @param make what it throws as ContractViolation is kept as a problem
   */
  add(name: string, origin: string, make: () => RegisteredAgent): void {
    const other = this.declaredBy.get(name);
    if (other !== undefined) {
      this.problems.push(`${other} and ${origin} are both named ${name}`);
    }
    this.declaredBy.set(name, origin);
    try {
      this.agents.set(name, make());
    } catch (error) {
      this.problems.push(...violationsOf(error).map((violation) => `${origin}: ${violation}`));
    }
  }

  /** @throws InvalidAgentsError naming everything that is wrong with any agent */
  checked(): ReadonlyMap<string, RegisteredAgent> {
    if (this.problems.length > 0) {
      throw new InvalidAgentsError(this.problems);
    }
    return this.agents;
  }
}

function violationsOf(error: unknown): string[] {
  if (!(error instanceof ContractViolation)) {
    throw error;
  }
  return error.violations.map(({ message }) => message);
}
