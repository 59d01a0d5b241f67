import { describe, expect, it } from 'vitest';
import { ContractViolation } from '../validation/contract-violation.js';
import {
  agentOfRequestSubject,
  deadLetterSubject,
  eventSubject,
  holdsSubject,
  priorityOfRequestSubject,
  requestIdOfEventSubject,
  requestSubject,
} from './subjects.js';

const UNSAFE = ['', ' ', '*', '>', 'a.b', 'a b', 'a\n', 'ñ', 'a'.repeat(101)];

describe('subjects', () => {
  it('names where messages go', () => {
    expect(requestSubject('my_agent')).toBe('runs.requests.my_agent');
    expect(requestSubject('my_agent', 'high')).toBe('runs.urgent.my_agent');
    expect(eventSubject('Run-1_a')).toBe('runs.events.Run-1_a');
    expect(deadLetterSubject('requests')).toBe('runs.dead.requests');
    expect(holdsSubject('executor-1')).toBe('executors.executor-1.holds');
  });

  it('reads back what it names', () => {
    expect(agentOfRequestSubject(requestSubject('my_agent'))).toBe('my_agent');
    expect(agentOfRequestSubject(requestSubject('my_agent', 'high'))).toBe('my_agent');
    expect(priorityOfRequestSubject(requestSubject('my_agent', 'high'))).toBe('high');
    expect(priorityOfRequestSubject(requestSubject('my_agent'))).toBe('normal');
    expect(requestIdOfEventSubject(eventSubject('Run-1_a'))).toBe('Run-1_a');
  });

  it.each(UNSAFE)('lets %j reach no other subject', (token) => {
    expect(() => requestSubject(token)).toThrow(ContractViolation);
    expect(() => agentOfRequestSubject(`runs.requests.${token}`)).toThrow(ContractViolation);
    expect(() => agentOfRequestSubject(`runs.urgent.${token}`)).toThrow(ContractViolation);
    expect(() => eventSubject(token)).toThrow(ContractViolation);
    expect(() => requestIdOfEventSubject(`runs.events.${token}`)).toThrow(ContractViolation);
  });

  it('has agents in lower case only', () => {
    expect(() => requestSubject('My_agent')).toThrow('agent must be 1 to 100 characters of a-z, 0-9 and _');
  });
});
