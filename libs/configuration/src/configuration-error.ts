/** The environment does not hold a valid configuration. Names variables and rules, never values: they may be secrets. */
export class ConfigurationError extends Error {
  /** @param problems one line per bad or missing variable */
  constructor(readonly problems: readonly string[]) {
    super(`The configuration is not valid:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
    this.name = 'ConfigurationError';
  }
}
