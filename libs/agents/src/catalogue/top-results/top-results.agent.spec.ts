import { validateContract } from '#contracts';
import { describe, expect, it, vi } from 'vitest';
import { describeAgent } from '../../../testing/describe-agent.js';
import { ExternalServers, PUBLIC_ADDRESS } from '../../../testing/external-servers.js';
import { ModelServer } from '../../../testing/model-server.js';
import { runContext } from '../../../testing/run-context.js';
import type { ModelUsage } from '../../context/model-usage.js';
import type { RunContext } from '../../context/run-context.js';
import { FeedSource } from './feed-source.js';
import { Judge } from './judge.js';
import { TopResultsConfiguration } from './top-results-configuration.js';
import { TopResultsAgent } from './top-results.agent.js';
import { TopResultsInput } from './top-results-input.js';
import { TopResultsModule } from './top-results.module.js';

const KEY = 'sk-spec-0123456789';

interface Result {
  readonly summary: string;
  readonly scored_by: string;
  readonly items: readonly {
    rank: number;
    id: string;
    title: string;
    url: string;
    score: number;
    reason: string;
  }[];
}

function input(overrides: object = {}): TopResultsInput {
  return validateContract(TopResultsInput, overrides);
}

function context(overrides: Partial<RunContext<TopResultsInput>> = {}): RunContext<TopResultsInput> {
  return runContext({ input: input(), ...overrides });
}

function agent(
  configuration: Partial<TopResultsConfiguration> = {},
  servers = new ExternalServers(),
): TopResultsAgent {
  const judge = new Judge(Object.assign(new TopResultsConfiguration(), configuration));
  return new TopResultsAgent(new FeedSource(servers.requests), judge);
}

/** A model that gives the last item the most points. */
function openaiReply({ body }: { body: Record<string, unknown> }): object {
  const [, { content = '' } = {}] = body.messages as { content?: string }[];
  const { items } = JSON.parse(content) as { items: { number: number }[] };
  const schema = JSON.stringify(body.response_format);
  const answer = schema.includes('scores')
    ? { scores: items.map(({ number }) => ({ number, score: number, reason: `Because ${number}` })) }
    : { summary: 'Read them.' };
  return {
    body: {
      choices: [{ message: { content: JSON.stringify(answer) } }],
      usage: { prompt_tokens: 100, completion_tokens: 20 },
    },
  };
}

describeAgent(TopResultsAgent, TopResultsModule);

describe('TopResultsAgent without a model', () => {
  it('ranks the articles by the interests', async () => {
    const { metrics, result } = await agent().run(context());
    const { items, summary } = result as Result;

    expect(metrics).toMatchObject({
      items_fetched: 18,
      items_new: 18,
      items_ranked: 18,
      scored_by: 'keywords',
    });
    expect(items.map(({ rank }) => rank)).toEqual(items.map((_, index) => index + 1));
    expect(items.map(({ score }) => score)).toEqual(
      items.map(({ score }) => score).toSorted((a, b) => b - a),
    );
    expect(items[0]).toMatchObject({
      id: 'agents-that-stop',
      title: metrics.top_title,
      score: metrics.top_score,
    });
    expect(items.slice(-3).map(({ id }) => id)).toContain('tits-in-winter');
    expect(summary).toMatch(/^The best are: Agents that can be stopped; .*Small language models at home/);
  });

  it('follows other interests, and keeps no more than the limit', async () => {
    const { result } = await agent().run(
      context({ input: input({ interests: ['birds, balcony'], limit: 1 }) }),
    );

    expect((result as Result).items).toEqual([
      expect.objectContaining({ rank: 1, id: 'tits-in-winter', reason: 'About balcony' }),
    ]);
  });

  it('leaves out what an earlier run has ranked, and ends early when nothing is left', async () => {
    const { cache } = context();
    const messages: (string | undefined)[] = [];
    await agent().run(context({ cache, requestId: 'first' }));

    const { metrics, result } = await agent().run(
      context({ cache, requestId: 'second', progress: (_percent, message) => void messages.push(message) }),
    );

    expect(metrics).toEqual({ items_fetched: 18, items_new: 0, items_ranked: 0, scored_by: 'nothing' });
    expect(result).toEqual({ summary: 'There is nothing new.', scored_by: 'nothing', items: [] });
    expect(messages).toEqual(['Fetching']);
  });

  it.each([
    ['in another attempt of the same run', { requestId: 'first', attempt: 2 }],
    ['when only_new is false', { requestId: 'second', input: input({ only_new: false }) }],
    ['for other interests', { requestId: 'second', input: input({ interests: ['bread'] }) }],
  ])('ranks them again %s', async (_case, overrides) => {
    const { cache } = context();
    await agent().run(context({ cache, requestId: 'first' }));

    const { metrics } = await agent().run(context({ cache, ...overrides }));

    expect(metrics.items_new).toBe(18);
  });

  it('reports its steps', async () => {
    const messages: (string | undefined)[] = [];

    await agent().run(context({ progress: (_percent, message) => void messages.push(message) }));

    expect(messages).toEqual(['Fetching', 'Scoring 18 items', 'Ranking', 'Summarising']);
  });
});

describe('TopResultsAgent with a source of its own', () => {
  it('fetches it through the guard', async () => {
    await using servers = new ExternalServers();
    servers.resolver.set('feed.example.com', [PUBLIC_ADDRESS]);
    const port = await servers.listen((_request, response) => {
      response.end(JSON.stringify({ items: [{ id: '1', title: 'Postgres' }] }));
    });
    const source = `http://feed.example.com:${port}/feed.json`;

    const { result } = await agent({}, servers).run(context({ input: input({ source }) }));

    expect(result).toMatchObject({ items: [{ id: '1', title: 'Postgres' }] });
  });

  it('fails when it does not answer, and for good when it must not be requested', async () => {
    await using servers = new ExternalServers();
    servers.resolver.set('feed.example.com', [PUBLIC_ADDRESS]);
    const port = await servers.listen((_request, response) => void response.writeHead(500).end());
    const run = (source: string): Promise<unknown> =>
      agent({}, servers).run(context({ input: input({ source }) }));

    await expect(run(`http://feed.example.com:${port}/`)).rejects.toThrow('The source answered 500');
    await expect(run('http://169.254.169.254/')).rejects.toMatchObject({ name: 'RequestRefusedError' });
  });
});

describe('TopResultsAgent with a model', () => {
  it('asks OpenAI for scores and a summary, and reports what that cost', async () => {
    await using server = await ModelServer.start(openaiReply);
    const used: ModelUsage[] = [];

    const { metrics, result } = await agent({ openaiApiKey: KEY, openaiBaseUrl: server.url }).run(
      context({ usage: (usage) => void used.push(usage) }),
    );

    expect(metrics).toMatchObject({ scored_by: 'gpt-4o-mini', top_score: 18 });
    expect(result).toMatchObject({ summary: 'Read them.', items: expect.arrayContaining([]) });
    expect((result as Result).items[0]).toMatchObject({ score: 18, reason: 'Because 18' });
    expect(used).toEqual([1, 2].map(() => ({ model: 'gpt-4o-mini', input_tokens: 100, output_tokens: 20 })));
    expect(server.asked.map(({ url, headers }) => [url, headers.authorization])).toEqual(
      [1, 2].map(() => ['/chat/completions', `Bearer ${KEY}`]),
    );
  });

  it('asks Anthropic when only that key is set', async () => {
    await using server = await ModelServer.start(({ body }) => {
      const [{ content = '' } = {}] = body.messages as { content?: string }[];
      const { items } = JSON.parse(content) as { items: { number: number }[] };
      const scores = items.map(({ number }) => ({ number, score: 100 - number, reason: 'Good' }));
      const answer = JSON.stringify(body.tools).includes('scores') ? { scores } : { summary: 'Short.' };
      return {
        body: {
          content: [{ type: 'tool_use', input: answer }],
          usage: { input_tokens: 9, output_tokens: 3 },
        },
      };
    });
    const used: ModelUsage[] = [];

    const { metrics, result } = await agent({ anthropicApiKey: KEY, anthropicBaseUrl: server.url }).run(
      context({ usage: (usage) => void used.push(usage) }),
    );

    expect(metrics).toMatchObject({ scored_by: 'claude-haiku-4-5', top_score: 99 });
    expect(result).toMatchObject({ summary: 'Short.' });
    expect(used).toEqual(
      [1, 2].map(() => ({ model: 'claude-haiku-4-5', input_tokens: 9, output_tokens: 3 })),
    );
    expect(server.asked[0]).toMatchObject({
      url: '/messages',
      headers: { 'x-api-key': KEY, 'anthropic-version': '2023-06-01' },
      body: { tool_choice: { type: 'tool', name: 'answer' } },
    });
  });

  it('asks about the forty best by keywords when there are more', async () => {
    await using server = await ModelServer.start(openaiReply);
    await using servers = new ExternalServers();
    servers.resolver.set('feed.example.com', [PUBLIC_ADDRESS]);
    const items = Array.from({ length: 60 }, (_, id) => ({
      id: `${id}`,
      title: id < 20 ? 'Bread' : 'Postgres',
    }));
    const port = await servers.listen((_request, response) => void response.end(JSON.stringify({ items })));

    const { result } = await agent({ openaiApiKey: KEY, openaiBaseUrl: server.url }, servers).run(
      context({ input: input({ source: `http://feed.example.com:${port}/`, limit: 100 }) }),
    );

    expect((result as Result).items).toHaveLength(40);
    expect(new Set((result as Result).items.map(({ title }) => title))).toEqual(new Set(['Postgres']));
  });

  it.each([
    ['does not let us in', { status: 401, body: `Incorrect key ${KEY}` }, 'answered 401'],
    ['answers no JSON', { body: 'oops' }, 'did not answer in JSON'],
    ['answers with nothing', { body: 'null' }, 'did not score every item once'],
    ['answers in prose', { body: content('I like the first one best') }, 'did not score every item once'],
    ['leaves items out', { body: content('{"scores":[]}') }, 'did not score every item once'],
    [
      'scores one item many times',
      { body: content(JSON.stringify({ scores: scores(() => 1, 50) })) },
      'item 2',
    ],
    ['gives too many points', { body: content(JSON.stringify({ scores: scores((n) => n, 101) })) }, 'item 1'],
    ['gives points as texts', { body: content(JSON.stringify({ scores: scores((n) => n, '9') })) }, 'item 1'],
    [
      'gives no reasons',
      { body: content(JSON.stringify({ scores: scores((n) => n, 9, '') })) },
      'left out a text',
    ],
  ])('goes by keywords and says so when the model %s', async (_case, reply, message) => {
    await using server = await ModelServer.start(() => reply);
    const warn = vi.fn<(message: string) => void>();
    const { log } = context();

    const { metrics, result } = await agent({ openaiApiKey: KEY, openaiBaseUrl: server.url }).run(
      context({ log: { ...log, warn } }),
    );

    expect(metrics.scored_by).toBe('keywords');
    expect((result as Result).items).toHaveLength(18);
    expect(warn.mock.calls[0]?.[0]).toContain('Without gpt-4o-mini: ');
    expect(warn.mock.calls[0]?.[0]).toContain(message);
    expect(JSON.stringify(warn.mock.calls)).not.toContain(KEY);
  });

  it('ends, and does not fall back, when it is aborted meanwhile', async () => {
    const abort = new AbortController();
    await using server = await ModelServer.start(() => {
      abort.abort();
      return undefined;
    });

    const run = agent({ openaiApiKey: KEY, openaiBaseUrl: server.url }).run(
      context({ signal: abort.signal }),
    );

    await expect(run).rejects.toThrow(/abort/i);
  });
});

function content(text: string): object {
  return { choices: [{ message: { content: text } }] };
}

function scores(numberOf: (number: number) => number, score: unknown, reason = 'x'): object[] {
  return Array.from({ length: 18 }, (_, index) => ({ number: numberOf(index + 1), score, reason }));
}

describe('TopResultsInput', () => {
  it.each([
    [{ interests: [] }, 'interests must be at least 1'],
    [{ interests: [''] }, 'interests must be 1 to 200 characters each'],
    [{ interests: [5] }, 'interests must be texts'],
    [{ limit: 0 }, 'limit must be at least 1'],
    [{ only_new: 'yes' }, 'only_new must be true or false'],
    [{ topic: 'x' }, 'topic is not a known field'],
  ])('refuses %j', (overrides, message) => {
    expect(() => input(overrides)).toThrow(message);
  });
});
