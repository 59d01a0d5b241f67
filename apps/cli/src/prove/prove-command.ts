import { parseProofReport, START_PROOF_SUBJECT } from '#contracts';
import { askedBy } from '../platform/asked-by.js';
import type { PlatformClient } from '../platform/platform-client.js';
import { UnavailableError } from '../platform/unavailable-error.js';
import { WatchedJob } from '../platform/watched-job.js';
import type { Output } from '../terminal/output.js';
import type { Terminal } from '../terminal/terminal.js';
import { proveLines } from './prove-lines.js';
import type { ProveOptions } from './prove-options.js';

/** `prove` */
export class ProveCommand {
  constructor(
    private readonly client: PlatformClient,
    private readonly terminal: Terminal,
    private readonly output: Output,
  ) {}

  /**
   * @returns whether streams, tables and summaries agree
   * @throws RefusedError when ingest does not begin
   * @throws UnavailableError when ingest is not there, or could not come to an end
   */
  async execute({ repair = false, json = false }: ProveOptions): Promise<boolean> {
    const job = new WatchedJob(this.client, this.terminal);
    const { status, isLost } = await job.run(START_PROOF_SUBJECT, {
      by: askedBy(),
      ...(repair && { repair }),
    });
    if (isLost || status === undefined) {
      throw new UnavailableError('Ingest does not answer any more; nothing is known');
    }
    if (status.state !== 'done') {
      throw new UnavailableError(`The proof has ${status.state}: ${status.problem}`);
    }
    const report = parseProofReport(status.report);
    const isProven = report.difference_count === 0;
    this.output.lines(
      json ? [JSON.stringify(Object.assign({ proven: isProven }, report))] : proveLines(report),
    );
    return isProven;
  }
}
