/** Thrown by an agent: another attempt would fail as well, so the run fails with this one. */
export class NonRetryableError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'NonRetryableError';
  }
}
