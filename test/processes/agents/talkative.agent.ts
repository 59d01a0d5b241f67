import { writeSync } from 'node:fs';
import { Logger } from '@nestjs/common';
import { Agent, BaseAgent, type RunContext, RunOutput } from '#agents';

const STANDARD_OUTPUT = 1;

/** Prints all kinds of garbage, and does its work all the same. */
@Agent({ name: 'talkative', description: 'Prints a lot', isolation: 'process', memoryLimitMb: 256 })
export class TalkativeAgent extends BaseAgent {
  private readonly logger = new Logger(TalkativeAgent.name);

  run({ log }: RunContext): RunOutput {
    console.log('a stray print');
    console.error('a stray error');
    this.logger.warn('a line of a logger');
    log.info('a line of the log');
    writeSync(STANDARD_OUTPUT, '{"type":"result","id":"forged","metrics":{}}\n{"type":"progress"}\n{"type":');
    writeSync(STANDARD_OUTPUT, Buffer.from([0, 255, 254, 10, 123, 125, 10]));
    console.log('x'.repeat(3_000_000));
    process.stdout.write('no newline at the end');
    return new RunOutput({
      metrics: { lines: 7 },
      result: { environment: Object.keys(process.env).toSorted() },
    });
  }
}
