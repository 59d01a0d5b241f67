import { agentOfRequestSubject, ContractViolation } from '#contracts';
import { Publisher } from '#jetstream';
import { Injectable } from '@nestjs/common';
import { RunRows } from '../runs/run-rows.js';
import { UnreadRequests } from '../runs/unread-requests.js';
import { redrivenHeaders, redrivenId } from './redriven-message.js';
import type { StoredDeadLetter } from './stored-dead-letter.js';

const NO_AGENT = 'Its subject names no agent';

/** Sends a dead letter's request again, as a request for a new run. */
@Injectable()
export class RequestRedrive {
  constructor(
    private readonly publisher: Publisher,
    private readonly rows: RunRows,
    private readonly unread: UnreadRequests,
  ) {}

  /**
   * Those of the letters whose new run exists already. The broker drops a second copy only for some minutes, and a
   * run must not happen twice after that.
   * @throws BrokerUnavailableException, or what Postgres throws, when it can't be found out
   */
  async alreadySent(letters: readonly StoredDeadLetter[]): Promise<ReadonlySet<StoredDeadLetter>> {
    if (letters.length === 0) {
      return new Set();
    }
    const ids = letters.map(redrivenId);
    const firstUnread = await this.unread.firstSequence();
    const stored = await this.rows.existing(ids);
    const waiting = await this.unread.find(firstUnread, new Set(ids));
    return new Set(
      letters.filter((letter) => stored.has(redrivenId(letter)) || waiting.has(redrivenId(letter))),
    );
  }

  /** Why it can't be sent, if it can't. */
  refusal({ subject }: StoredDeadLetter): string | undefined {
    try {
      agentOfRequestSubject(subject);
      return undefined;
    } catch (error) {
      if (error instanceof ContractViolation) {
        return NO_AGENT;
      }
      throw error;
    }
  }

  /**
   * @returns whether the stream did not have it yet
   * @throws BrokerUnavailableException or StreamFullException
   */
  async send(letter: StoredDeadLetter, payload: Uint8Array): Promise<boolean> {
    const options = { messageId: redrivenId(letter), headers: redrivenHeaders(letter) };
    return !(await this.publisher.publish(letter.subject, payload, options)).duplicate;
  }
}
