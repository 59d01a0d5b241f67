import { Injectable } from '@nestjs/common';
import { ExecutorIdentity } from '../identity/executor-identity.js';
import type { Lease } from '../leases/lease.js';
import { EventAppender } from './event-appender.js';
import { RunJournal } from './run-journal.js';

/** Opens the journal of an attempt. */
@Injectable()
export class Journals {
  constructor(
    private readonly appender: EventAppender,
    private readonly identity: ExecutorIdentity,
  ) {}

  open(lease: Lease): RunJournal {
    return new RunJournal(this.appender, lease, this.identity.id);
  }
}
