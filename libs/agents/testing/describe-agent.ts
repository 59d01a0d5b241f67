import { setTimeout } from 'node:timers/promises';
import type { Type } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MAX_MESSAGE_BYTES, metricProblems } from '#contracts';
import type { BaseAgent } from '../src/base-agent.js';
import { AgentUnderTest } from './agent-under-test.js';

const ABORT_LIMIT_MS = 1_000;

export interface DescribeAgentOptions {
  /** Input to run the agent with. Defaults to none. */
  readonly input?: Record<string, unknown>;
}

/**
 * The specs that every agent passes: it is found and declared correctly, returns what can be stored, can run again
 * and beside itself, and ends within a second of being aborted.
 */
export function describeAgent(
  agentClass: Type<BaseAgent<never>>,
  moduleClass: Type,
  { input = {} }: DescribeAgentOptions = {},
): void {
  describe(`${agentClass.name}, as any agent,`, () => {
    let agent: AgentUnderTest;

    beforeAll(async () => {
      agent = await AgentUnderTest.start(agentClass, moduleClass, input);
    });
    afterAll(() => agent?.stop());

    describeOutput(() => agent);
    describeAbort(() => agent);
  });
}

function describeOutput(agent: () => AgentUnderTest): void {
  it('says what it does', () => {
    expect(agent().description).not.toBe('');
  });

  it('returns metrics that can be stored', async () => {
    const { metrics } = await agent().run();

    expect(metricProblems(metrics)).toEqual([]);
  });

  it('returns JSON that fits into a message', async () => {
    const { metrics, result } = await agent().run();

    const json = JSON.stringify({ metrics, result });
    expect(Buffer.byteLength(json)).toBeLessThan(MAX_MESSAGE_BYTES);
    expect(JSON.parse(json)).toEqual({ metrics, ...(result !== undefined && { result }) });
  });

  it('runs again, and beside itself', async () => {
    const first = await agent().run({ requestId: 'first' });
    const others = await Promise.all(['second', 'third'].map((requestId) => agent().run({ requestId })));

    expect([first, ...others].flatMap(({ metrics }) => metricProblems(metrics))).toEqual([]);
  });
}

function describeAbort(agent: () => AgentUnderTest): void {
  it('ends within a second when it is aborted before its start', async () => {
    expect(await endsInTime(agent().run({ signal: AbortSignal.abort() }))).toBe(true);
  });

  it('ends within a second of being aborted', async () => {
    const abort = new AbortController();
    const run = agent().run({ signal: abort.signal });
    abort.abort();

    expect(await endsInTime(run)).toBe(true);
  });
}

/** Whether it resolves or rejects in time: an aborted agent may do either. */
async function endsInTime(run: Promise<unknown>): Promise<boolean> {
  const limit = new AbortController();
  const ended = Promise.allSettled([run]).then(() => true);
  const isInTime = await Promise.race([ended, setTimeout(ABORT_LIMIT_MS, false, { signal: limit.signal })]);
  limit.abort();
  return isInTime;
}
