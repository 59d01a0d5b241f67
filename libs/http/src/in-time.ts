/**
 * The outcome of `work`, if it comes in time. Otherwise the work goes on, and nobody hears of it any more.
 * @throws what `late` makes when it takes longer than `limitMs`
 */
export async function inTime<T>(work: Promise<T>, limitMs: number, late: () => Error): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), limitMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}
