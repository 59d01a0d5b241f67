/** What a call of a language model cost. */
export interface ModelUsage {
  /** Name of the model, as its provider calls it. */
  readonly model: string;
  readonly input_tokens: number;
  readonly output_tokens: number;
  /** US dollars, when known. */
  readonly cost_usd?: number;
}
