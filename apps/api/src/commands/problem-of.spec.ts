import { ContractViolation } from '#contracts';
import { DatabaseUnavailableException } from '#database';
import { BrokerUnavailableException, StreamFullException } from '#jetstream';
import { NotFoundException } from '@nestjs/common';
import { expect, it } from 'vitest';
import { isUnavailable, isUnforeseen, problemOf } from './problem-of.js';

it('names the field that breaks the contract', () => {
  const violations = [{ field: 'agent', message: 'agent must be a name' }];
  expect(problemOf(new ContractViolation(violations))).toEqual({
    status: 400,
    title: 'Bad Request',
    detail: 'agent must be a name',
    errors: violations,
  });
});

it('passes on what is missing', () => {
  expect(problemOf(new NotFoundException('no such run'))).toEqual({
    status: 404,
    title: 'Not Found',
    detail: 'no such run',
  });
});

it.each([
  ['NATS', new BrokerUnavailableException('secret address')],
  ['NATS', new StreamFullException('runs.requests.x')],
  ['Postgres', new DatabaseUnavailableException()],
])('says that %s is away, and no more', (server, error) => {
  const problem = problemOf(error);
  expect(problem).toMatchObject({ status: 503, title: 'Service Unavailable' });
  expect(problem.detail).toMatch(new RegExp(`^${server} can not .*; try again$`));
  expect([isUnavailable(problem), isUnforeseen(problem)]).toEqual([true, false]);
});

it('tells nothing of what nobody foresaw', () => {
  const problem = problemOf(new Error('password=hunter2'));
  expect(problem).toEqual({
    status: 500,
    title: 'Internal Server Error',
    detail: 'The command failed unexpectedly',
  });
  expect(isUnforeseen(problem)).toBe(true);
});
