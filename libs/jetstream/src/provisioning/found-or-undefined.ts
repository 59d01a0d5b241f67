import { JetStreamApiError } from '@nats-io/jetstream';

/** What the broker has, or nothing when it answers with the code that says that it has none. */
export async function foundOrUndefined<T>(lookup: Promise<T>, missing: number): Promise<T | undefined> {
  try {
    return await lookup;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === missing) {
      return undefined;
    }
    throw error;
  }
}
