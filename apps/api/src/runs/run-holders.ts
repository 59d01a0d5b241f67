import { ANY_EXECUTOR, anyoneHolds, HELD, holdsSubject } from '#contracts';
import { ask, JetStreamConnection } from '#jetstream';
import { Injectable } from '@nestjs/common';

/** How long an executor has to say that it works on a run; one that does not may be fenced. */
const HOLDER_MS = 1_000;
/** Only those who do answer when all are asked, so that silence is waited for. */
const ANYONE_MS = 250;
const ASKER = 'api';

/** Asks executors whether they work on a run. */
@Injectable()
export class RunHolders {
  constructor(private readonly connection: JetStreamConnection) {}

  /** @throws BrokerUnavailableException while the broker is away */
  async isHeldBy(executor: string, requestId: string): Promise<boolean> {
    return (await ask(this.connection.nats, holdsSubject(executor), requestId, HOLDER_MS)) === HELD;
  }

  /** @throws BrokerUnavailableException while the broker is away */
  async isHeldByAnyone(requestId: string): Promise<boolean> {
    const question = anyoneHolds(ASKER, requestId);
    return (await ask(this.connection.nats, holdsSubject(ANY_EXECUTOR), question, ANYONE_MS)) === HELD;
  }
}
