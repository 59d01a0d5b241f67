import { ContractViolation } from '#contracts';
import { Logger, NotFoundException } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { beforeAll, describe, expect, it } from 'vitest';
import { ExtendedProblem } from './extended-problem.js';
import { ProblemFilter } from './problem.filter.js';
import { UnavailableException } from './unavailable.exception.js';

/** Keeps what is said to it. */
class RecordedReply {
  readonly headers: Record<string, string> = {};
  code = 0;
  body: unknown;

  status(code: number): this {
    this.code = code;
    return this;
  }

  header(name: string, value: string): this {
    this.headers[name] = value;
    return this;
  }

  send(body: string): this {
    this.body = JSON.parse(body);
    return this;
  }
}

function answerTo(error: unknown): RecordedReply {
  const reply = new RecordedReply();
  new ProblemFilter().answer(error, reply as unknown as FastifyReply);
  return reply;
}

describe('ProblemFilter', () => {
  beforeAll(() => Logger.overrideLogger(false));

  it('names the fields that break a contract', () => {
    const errors = [{ field: 'a', message: 'a must be b' }];
    expect(answerTo(new ContractViolation(errors))).toMatchObject({
      code: 422,
      headers: { 'Content-Type': 'application/problem+json' },
      body: { title: 'Unprocessable Entity', status: 422, detail: 'a must be b', errors },
    });
  });

  it('passes on what Nest and Fastify say of a request', () => {
    expect(answerTo(new NotFoundException('gone')).body).toMatchObject({ status: 404, detail: 'gone' });
    const error = Object.assign(new Error('no JSON'), { statusCode: 400 });
    expect(answerTo(error).body).toMatchObject({ status: 400, detail: 'no JSON' });
  });

  it('adds what a service says beside', () => {
    const items = [{ status: 201, run_id: 1 }];
    const { code, headers, body } = answerTo(
      new ExtendedProblem(new UnavailableException('later', 5), { items }),
    );
    expect(code).toBe(503);
    expect(headers).toMatchObject({ 'Retry-After': '5' });
    expect(body).toMatchObject({ status: 503, detail: 'later', items });
  });

  it('says when to come again', () => {
    const { code, headers } = answerTo(new UnavailableException('later', 5));
    expect(code).toBe(503);
    expect(headers).toMatchObject({ 'Retry-After': '5' });
  });

  it.each([new Error('secret'), 'secret', undefined, null, { statusCode: 400, message: 'secret' }])(
    'tells nothing of what is our own fault',
    (error) => {
      const { code, body } = answerTo(error);
      expect(code).toBe(500);
      expect(JSON.stringify(body)).not.toContain('secret');
    },
  );
});
