import { Injectable } from '@nestjs/common';
import type { RunContext } from '../../context/run-context.js';
import { AnthropicModel } from './anthropic-model.js';
import type { FeedItem } from './feed-item.js';
import type { LanguageModel, Question } from './language-model.js';
import {
  numbered,
  readScores,
  readSummary,
  SCORE_TASK,
  SCORES_SCHEMA,
  SUMMARY_SCHEMA,
  SUMMARY_TASK,
} from './model-scores.js';
import { OpenaiModel } from './openai-model.js';
import { scoreByKeywords } from './score-by-keywords.js';
import type { ScoredItem } from './scored-item.js';
import { TopResultsConfiguration } from './top-results-configuration.js';

/** More items than this would make answers long and dear: of more, those with the best keywords are asked about. */
const MOST_ASKED = 40;

export interface Judgement {
  readonly scored: readonly ScoredItem[];
  /** `keywords`, or the name of the model. */
  readonly by: string;
}

type Context = Pick<RunContext, 'signal' | 'log' | 'usage'>;

/** Says how well items suit interests: by a language model if one is configured and answers, else by keywords. */
@Injectable()
export class Judge {
  private readonly model: LanguageModel | undefined;

  constructor(configuration: TopResultsConfiguration) {
    this.model = modelOf(configuration);
  }

  async score(
    items: readonly FeedItem[],
    interests: readonly string[],
    context: Context,
  ): Promise<Judgement> {
    const byKeywords = scoreByKeywords(items, interests).toSorted((one, other) => other.score - one.score);
    const asked = byKeywords.slice(0, MOST_ASKED).map(({ item }) => item);
    const data = { interests, items: numbered(asked) };
    const scored = await this.ask({ task: SCORE_TASK, data, schema: SCORES_SCHEMA }, context, (json) =>
      readScores(json, asked),
    );
    return { scored: scored ?? byKeywords, by: scored === undefined ? 'keywords' : (this.model?.name ?? '') };
  }

  /** A text about the best items for their readers. */
  async summarise(
    best: readonly ScoredItem[],
    interests: readonly string[],
    context: Context,
  ): Promise<string> {
    const data = { interests, items: numbered(best.map(({ item }) => item)) };
    const summary = await this.ask(
      { task: SUMMARY_TASK, data, schema: SUMMARY_SCHEMA },
      context,
      readSummary,
    );
    return summary ?? `The best are: ${best.map(({ item }) => item.title).join('; ')}.`;
  }

  /** @returns nothing when there is no model, or none that answers as it should; the run's log says so */
  private async ask<T>(
    question: Omit<Question, 'signal'>,
    context: Context,
    read: (json: unknown) => T,
  ): Promise<T | undefined> {
    if (this.model === undefined) {
      return undefined;
    }
    const { signal } = context;
    try {
      const answer = await this.model.ask({ ...question, signal });
      context.usage(answer.usage);
      return read(answer.json);
    } catch (error) {
      signal.throwIfAborted();
      context.log.warn(`Without ${this.model.name}: ${(error as Error).message}`);
      return undefined;
    }
  }
}

function modelOf(configuration: TopResultsConfiguration): LanguageModel | undefined {
  const { openaiApiKey, openaiModel, openaiBaseUrl } = configuration;
  if (openaiApiKey !== undefined) {
    return new OpenaiModel(openaiModel, openaiBaseUrl, openaiApiKey);
  }
  const { anthropicApiKey, anthropicModel, anthropicBaseUrl } = configuration;
  return anthropicApiKey === undefined
    ? undefined
    : new AnthropicModel(anthropicModel, anthropicBaseUrl, anthropicApiKey);
}
