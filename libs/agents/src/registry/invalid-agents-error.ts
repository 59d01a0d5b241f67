/** Agents of this app are declared wrongly, so it must not start. */
export class InvalidAgentsError extends Error {
  /** @param problems one line each, naming the classes with their modules, and every bad field */
  constructor(readonly problems: readonly string[]) {
    super(`Agents are not declared correctly:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'InvalidAgentsError';
  }
}
