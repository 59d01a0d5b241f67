/** A row of `dead_letters`. */
export interface StoredDeadLetter {
  readonly id: number;
  readonly stage: string;
  readonly stream: string;
  readonly sequence: number;
  readonly storedAt: Date;
  readonly subject: string;
  readonly headers: Readonly<Record<string, readonly string[]>>;
  readonly payload: Buffer;
}
