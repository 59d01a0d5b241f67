import { type DynamicModule, Module } from '@nestjs/common';
import { IngestConfiguration } from '../ingest-configuration.js';
import { WriterModule } from '../writer/writer.module.js';
import { EventAudit } from './audit/event-audit.js';
import { KeptHistory } from './audit/kept-history.js';
import { SummaryAudit } from './audit/summary-audit.js';
import { Jobs } from './jobs/jobs.js';
import { RestoreLock } from './jobs/restore-lock.js';
import { EventProof } from './proof/event-proof.js';
import { Proof } from './proof/proof.js';
import { Proofs } from './proof/proofs.js';
import { StoredDeadLetters } from './proof/stored-dead-letters.js';
import { DeadLetterReplay } from './restore/dead-letter-replay.js';
import { EventReplay } from './restore/event-replay.js';
import { EventRestore } from './restore/event-restore.js';
import { Replay } from './restore/replay.js';
import { Replays } from './restore/replays.js';
import { WaitingRequests } from './restore/waiting-requests.js';
import { MonthPartitions } from './restore/month-partitions.js';
import { LiveProgress } from './streams/live-progress.js';

/** Holds the tables against the streams and restores what they lack, when people ask for it. */
@Module({})
export class ReplayModule {
  static forRoot(configuration: IngestConfiguration): DynamicModule {
    return {
      module: ReplayModule,
      imports: [WriterModule],
      providers: [
        { provide: IngestConfiguration, useValue: configuration },
        Jobs,
        RestoreLock,
        LiveProgress,
        KeptHistory,
        EventAudit,
        SummaryAudit,
        MonthPartitions,
        EventRestore,
        EventReplay,
        WaitingRequests,
        DeadLetterReplay,
        Replay,
        Replays,
        StoredDeadLetters,
        EventProof,
        Proof,
        Proofs,
      ],
    };
  }
}
