import type { AgentDeclaration } from '#contracts';

/** An agent whose code is in a program of its own, in another language. */
export interface ForeignAgent {
  readonly declaration: AgentDeclaration;
  /** The program and its arguments; it speaks the child protocol. */
  readonly command: readonly string[];
  /** Where it is declared, for people. */
  readonly origin: string;
}
