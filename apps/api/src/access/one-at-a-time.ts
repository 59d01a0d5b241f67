import { TooManyRequestsException } from '#http';

const RETRY_AFTER_SECONDS = 5;

/** Does one thing after the other, and lets no more than some wait. */
export class OneAtATime {
  private tail: Promise<unknown> = Promise.resolve();
  private waiting = 0;

  constructor(private readonly mostWaiting: number) {}

  /** @throws TooManyRequestsException when too many wait already, or what `work` throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.waiting >= this.mostWaiting) {
      throw new TooManyRequestsException('Too many log in at the same time', RETRY_AFTER_SECONDS);
    }
    this.waiting += 1;
    const turn = this.tail.then(work);
    this.tail = turn.catch(() => undefined);
    try {
      return await turn;
    } finally {
      this.waiting -= 1;
    }
  }
}
