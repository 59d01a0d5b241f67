/** A batch was not read to its end. What became of the reports before that point stays. */
export class BatchStoppedException extends Error {
  constructor(
    /** Why, as if nothing of the batch had been taken. */
    override readonly cause: unknown,
    /** Of the first reports of the batch, in their order. Nothing is kept of those behind them. */
    readonly items: readonly unknown[],
  ) {
    super('The batch was not taken to its end', { cause });
  }
}
