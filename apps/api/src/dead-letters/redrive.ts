import type { RedriveDeadLettersAnswer, RedrivenLetter } from '#contracts';
import { StreamReader } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { EventRedrive } from './event-redrive.js';
import { NotificationRedrive } from './notification-redrive.js';
import { hasPayload, redrivenId } from './redriven-message.js';
import { RequestRedrive } from './request-redrive.js';
import type { StoredDeadLetter } from './stored-dead-letter.js';

type Outcome = Pick<RedriveDeadLettersAnswer, 'redriven' | 'skipped'>;

/** Sends dead letters to where they came from. */
@Injectable()
export class Redrive {
  constructor(
    private readonly requests: RequestRedrive,
    private readonly events: EventRedrive,
    private readonly notifications: NotificationRedrive,
    private readonly reader: StreamReader,
  ) {}

  /** @throws BrokerUnavailableException, StreamFullException, or what Postgres throws; then just repeat it */
  async send(letters: readonly StoredDeadLetter[]): Promise<Outcome> {
    const already = await this.requests.alreadySent(letters.filter(({ stage }) => stage === 'requests'));
    const redriven: RedrivenLetter[] = [];
    const skipped: { id: number; reason: string }[] = [];
    for (const letter of letters) {
      const outcome = already.has(letter) ? false : await this.sendOne(letter);
      if (typeof outcome === 'string') {
        skipped.push({ id: letter.id, reason: outcome });
      } else {
        redriven.push({ id: letter.id, message_id: redrivenId(letter), is_new: outcome });
      }
    }
    return { redriven, skipped };
  }

  /** @returns whether it is new, or why it was not sent */
  private async sendOne(letter: StoredDeadLetter): Promise<boolean | string> {
    const kind = this.kindOf(letter);
    if (kind === undefined) {
      return `Nothing of stage ${letter.stage} can be sent again`;
    }
    const refusal = kind.refusal(letter);
    if (refusal !== undefined) {
      return refusal;
    }
    const payload = hasPayload(letter) ? letter.payload : await this.originalPayload(letter);
    return payload === undefined ? 'Its payload is not kept any more' : await kind.send(letter, payload);
  }

  private kindOf({
    stage,
  }: StoredDeadLetter): RequestRedrive | EventRedrive | NotificationRedrive | undefined {
    switch (stage) {
      case 'requests':
        return this.requests;
      case 'events':
        return this.events;
      case 'notifications':
        return this.notifications;
      default:
        return undefined;
    }
  }

  /** Of a message that was too large for a letter: as long as its stream has it. */
  private async originalPayload(letter: StoredDeadLetter): Promise<Uint8Array | undefined> {
    const original = await this.reader.at(letter.stream, letter.sequence);
    return original?.time.getTime() === letter.storedAt.getTime() ? original.data : undefined;
  }
}
