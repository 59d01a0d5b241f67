import { DEAD_LETTERS } from '#contracts';
import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream';

/** The dead letters on a subject, oldest first. */
export async function deadLettersOf(subject: string, manager: JetStreamManager): Promise<StoredMsg[]> {
  const { state } = await manager.streams.info(DEAD_LETTERS);
  const letters: StoredMsg[] = [];
  for (let seq = Math.max(1, state.first_seq); seq <= state.last_seq; seq += 1) {
    const letter = await manager.streams.getMessage(DEAD_LETTERS, { seq });
    if (letter?.subject === subject) {
      letters.push(letter);
    }
  }
  return letters;
}
