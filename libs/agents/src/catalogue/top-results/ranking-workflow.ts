import type { RunContext } from '../../context/run-context.js';
import type { FeedItem } from './feed-item.js';
import type { FeedSource } from './feed-source.js';
import type { Judge } from './judge.js';
import type { ScoredItem } from './scored-item.js';
import { SeenItems } from './seen-items.js';
import type { TopResultsInput } from './top-results-input.js';

const SUMMARISED = 5;

/** What the steps hand on to each other, and what is there in the end. */
export interface Ranking {
  readonly fetched: number;
  readonly fresh: readonly FeedItem[];
  readonly scored: readonly ScoredItem[];
  /** The best, best first. */
  readonly ranked: readonly ScoredItem[];
  readonly scoredBy: string;
  readonly summary: string;
}

const NOTHING: Ranking = {
  fetched: 0,
  fresh: [],
  scored: [],
  ranked: [],
  scoredBy: 'nothing',
  summary: 'There is nothing new.',
};

/** The steps of one run. */
class RankingSteps {
  private seen: SeenItems;

  constructor(
    private readonly source: FeedSource,
    private readonly judge: Judge,
    private readonly context: RunContext<TopResultsInput>,
  ) {}

  readonly fetchItems = async (): Promise<Partial<Ranking>> => {
    const { input, cache, requestId, signal } = this.context;
    this.context.progress(0, 'Fetching');
    const items = await this.source.items(input.source, signal);
    this.seen = await SeenItems.load(cache, [input.source ?? null, input.interests], requestId);
    return {
      fetched: items.length,
      fresh: input.only_new ? items.filter((item) => this.seen.isNew(item)) : items,
    };
  };

  readonly scoreItems = async ({ fresh }: Ranking): Promise<Partial<Ranking>> => {
    this.context.progress(25, `Scoring ${fresh.length} items`);
    const { scored, by } = await this.judge.score(fresh, this.context.input.interests, this.context);
    return { scored, scoredBy: by };
  };

  readonly rankItems = ({ scored }: Ranking): Partial<Ranking> => {
    this.context.progress(60, 'Ranking');
    const best = scored.toSorted(
      (one, other) =>
        other.score - one.score ||
        (other.item.publishedAt ?? '').localeCompare(one.item.publishedAt ?? '') ||
        one.item.id.localeCompare(other.item.id),
    );
    return { ranked: best.slice(0, this.context.input.limit) };
  };

  readonly summariseItems = async ({ ranked, fresh }: Ranking): Promise<Partial<Ranking>> => {
    this.context.progress(70, 'Summarising');
    const best = ranked.slice(0, SUMMARISED);
    const summary = await this.judge.summarise(best, this.context.input.interests, this.context);
    await this.seen.remember(fresh);
    return { summary };
  };
}

/**
 * Fetches, scores, ranks and summarises, as a graph of LangGraph; ends after fetching when there is nothing new.
 * The library is loaded with the first run, so that executors which never need it start fast.
 */
export async function rank(
  source: FeedSource,
  judge: Judge,
  context: RunContext<TopResultsInput>,
): Promise<Ranking> {
  const { Annotation, END, START, StateGraph } = await import('@langchain/langgraph');
  context.signal.throwIfAborted();
  const steps = new RankingSteps(source, judge, context);
  const state = Annotation.Root({
    fetched: Annotation<number>,
    fresh: Annotation<readonly FeedItem[]>,
    scored: Annotation<readonly ScoredItem[]>,
    ranked: Annotation<readonly ScoredItem[]>,
    scoredBy: Annotation<string>,
    summary: Annotation<string>,
  });
  const graph = new StateGraph(state)
    .addNode('fetch', steps.fetchItems)
    .addNode('score', steps.scoreItems)
    .addNode('rank', steps.rankItems)
    .addNode('summarise', steps.summariseItems)
    .addEdge(START, 'fetch')
    .addConditionalEdges('fetch', ({ fresh }) => (fresh.length === 0 ? END : 'score'), ['score', END])
    .addEdge('score', 'rank')
    .addEdge('rank', 'summarise')
    .addEdge('summarise', END)
    .compile();
  return graph.invoke(NOTHING, { signal: context.signal });
}
