import { storeRuns } from './store-runs.mjs';

/** Writes together what has come in while the write before went on. */
export class RunBatcher {
  #pool;
  #largest;
  #writers;
  #waiting = [];

  /**
   * @param largest runs of a batch at most
   * @param writers batches at the same time
   */
  constructor(pool, { largest = 1_000, writers = 2 } = {}) {
    this.#pool = pool;
    this.#largest = largest;
    this.#writers = writers;
  }

  /** Resolves after the commit. */
  async store(run) {
    const { promise, resolve, reject } = Promise.withResolvers();
    this.#waiting.push({ run, resolve, reject });
    // What comes in within the same turn of the event loop belongs to the same batch.
    setImmediate(() => void this.#write());
    await promise;
  }

  async #write() {
    if (this.#writers === 0 || this.#waiting.length === 0) {
      return;
    }
    this.#writers -= 1;
    const batch = this.#waiting.splice(0, this.#largest);
    try {
      await storeRuns(
        this.#pool,
        batch.map(({ run }) => run),
      );
      batch.forEach(({ resolve }) => resolve());
    } catch (error) {
      batch.forEach(({ reject }) => reject(error));
    } finally {
      this.#writers += 1;
      void this.#write();
    }
  }
}
