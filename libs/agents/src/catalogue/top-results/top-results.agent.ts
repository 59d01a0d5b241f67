import { Agent } from '../../agent.decorator.js';
import { BaseAgent } from '../../base-agent.js';
import type { RunContext } from '../../context/run-context.js';
import { RunOutput } from '../../run-output.js';
import { FeedSource } from './feed-source.js';
import { Judge } from './judge.js';
import { type Ranking, rank } from './ranking-workflow.js';
import { TopResultsInput } from './top-results-input.js';

@Agent({
  name: 'top_results',
  description: 'Ranks what is new in a feed by the interests of its readers; the best five go out by e-mail',
  inputClass: TopResultsInput,
  schedules: [{ cron: '*/10 * * * *' }],
  // One after the other, or two of them would rank the same items.
  concurrency: 1,
  timeLimitMs: 300_000,
  notifications: [{ name: 'top_five', on: 'success', top: 5, results: 'items' }],
})
export class TopResultsAgent extends BaseAgent<TopResultsInput> {
  constructor(
    private readonly source: FeedSource,
    private readonly judge: Judge,
  ) {
    super();
  }

  async run(context: RunContext<TopResultsInput>): Promise<RunOutput> {
    const ranking = await rank(this.source, this.judge, context);
    const [best] = ranking.ranked;
    return new RunOutput({
      metrics: {
        items_fetched: ranking.fetched,
        items_new: ranking.fresh.length,
        items_ranked: ranking.ranked.length,
        scored_by: ranking.scoredBy,
        ...(best !== undefined && { top_score: best.score, top_title: best.item.title }),
      },
      result: resultOf(ranking),
    });
  }
}

function resultOf({ ranked, summary, scoredBy }: Ranking): object {
  const items = ranked.map(({ item, score, reason }, index) => ({
    rank: index + 1,
    id: item.id,
    title: item.title,
    ...(item.url !== undefined && { url: item.url }),
    ...(item.publishedAt !== undefined && { published_at: item.publishedAt }),
    score,
    reason,
  }));
  return { summary, scored_by: scoredBy, items };
}
