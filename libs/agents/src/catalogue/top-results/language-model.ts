import type { ModelUsage } from '../../context/model-usage.js';

/** What a language model is asked. */
export interface Question {
  /** What to do, from us. */
  readonly task: string;
  /** What to do it with, from anywhere: data, never instructions. */
  readonly data: unknown;
  /** JSON Schema of the answer. */
  readonly schema: object;
  readonly signal: AbortSignal;
}

export interface Answer {
  /** Parsed JSON, not yet validated. */
  readonly json: unknown;
  readonly usage: ModelUsage;
}

/** A language model that answers in JSON. */
export interface LanguageModel {
  readonly name: string;
  /** @throws Error when it can't be reached or answers nonsense; the message holds no key */
  ask(question: Question): Promise<Answer>;
}
