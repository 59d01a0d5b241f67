import {
  type CommandReply,
  ContractViolation,
  type JobStarted,
  type JobStatus,
  jobSubject,
  parseJobStarted,
  parseJobStatus,
} from '#contracts';
import { UnavailableException } from '#http';
import { BrokerUnavailableException, JetStreamConnection } from '#jetstream';
import { HttpException, Injectable, NotFoundException } from '@nestjs/common';
import { NoRespondersError, RequestError, TimeoutError } from '@nats-io/transport-node';

const ANSWER_MS = 4_000;
const SERVER_ERRORS = 500;
const BAD_REQUEST = 400;
const JOB_ID_PATTERN = /^[a-z0-9-]{1,50}$/;

/** Has ingest begin jobs, and asks how far they are. */
@Injectable()
export class JobInquiries {
  constructor(private readonly connection: JetStreamConnection) {}

  /**
   * @throws ContractViolation, or another HttpException, when ingest refuses
   * @throws UnavailableException when no ingest answers; BrokerUnavailableException
   */
  async start(subject: string, command: object): Promise<JobStarted> {
    const answer = await this.ask(subject, command);
    if (answer === undefined) {
      throw new UnavailableException('No ingest is there to do this');
    }
    return parseJobStarted(answer);
  }

  /**
   * Says also that somebody still wants the job. `stop` ends it after the batch in hand.
   * @throws NotFoundException when nobody has such a job, or not any more
   * @throws UnavailableException when its ingest does not answer; BrokerUnavailableException
   */
  async askAbout(jobId: string, question: 'status' | 'stop'): Promise<JobStatus> {
    const answer = JOB_ID_PATTERN.test(jobId) ? await this.ask(jobSubject(jobId, question), {}) : undefined;
    if (answer === undefined) {
      throw new NotFoundException('There is no such job, or its end was some seconds ago');
    }
    return parseJobStatus(answer);
  }

  /** Nothing when nobody listens there. */
  private async ask(subject: string, command: object): Promise<object | undefined> {
    const reply = await this.reply(subject, command);
    if (reply === undefined || reply.ok) {
      return reply;
    }
    const { status, detail, errors } = reply.problem;
    if (errors !== undefined && status === BAD_REQUEST) {
      throw new ContractViolation(errors);
    }
    throw status >= SERVER_ERRORS ? new UnavailableException(detail) : new HttpException(detail, status);
  }

  private async reply(subject: string, command: object): Promise<CommandReply<object> | undefined> {
    try {
      const options = { timeout: ANSWER_MS };
      const message = await this.connection.nats.request(subject, JSON.stringify(command), options);
      return message.json<CommandReply<object>>();
    } catch (error) {
      if (error instanceof NoRespondersError || (error instanceof RequestError && error.isNoResponders())) {
        return undefined;
      }
      if (error instanceof TimeoutError) {
        throw new UnavailableException('Ingest does not answer', undefined, { cause: error });
      }
      throw new BrokerUnavailableException('Ingest could not be asked', { cause: error });
    }
  }
}
