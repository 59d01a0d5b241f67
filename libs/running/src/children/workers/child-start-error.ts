/** A child did not come as far as its first run. */
export class ChildStartError extends Error {
  /** @param reason `silent`: it was alive and said nothing, which may be the machine's fault */
  constructor(
    readonly reason: 'crash' | 'protocol' | 'silent',
    message: string,
  ) {
    super(message);
    this.name = 'ChildStartError';
  }
}
