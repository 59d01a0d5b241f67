import { Injectable } from '@nestjs/common';
import { ExecutorIdentity } from '../identity/executor-identity.js';
import type { Lease } from '../leases/lease.js';
import { EventAppender } from './event-appender.js';
import { EventPacker } from './event-packer.js';
import { RunJournal } from './run-journal.js';

/** Opens the journal of an attempt. */
@Injectable()
export class Journals {
  constructor(
    private readonly appender: EventAppender,
    private readonly packer: EventPacker,
    private readonly identity: ExecutorIdentity,
  ) {}

  open(lease: Lease): RunJournal {
    return new RunJournal(this.appender, this.packer, lease, this.identity.id);
  }
}
