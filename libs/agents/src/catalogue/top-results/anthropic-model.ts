import type { Answer, LanguageModel, Question } from './language-model.js';
import { postJson } from './post-json.js';

const TIMEOUT_MS = 60_000;
const RETRY_DELAY_MS = 500;
const API_VERSION = '2023-06-01';
const MAX_OUTPUT_TOKENS = 8_192;
const TOOL = 'answer';

interface Message {
  readonly content?: readonly { readonly type?: string; readonly input?: unknown }[];
  readonly usage?: { readonly input_tokens?: number; readonly output_tokens?: number };
}

/** A model behind the messages of Anthropic. It answers by calling a tool whose input is the answer. */
export class AnthropicModel implements LanguageModel {
  constructor(
    readonly name: string,
    private readonly baseUrl: string,
    private readonly apiKey: string,
  ) {}

  async ask({ task, data, schema, signal }: Question): Promise<Answer> {
    const message = (await postJson(`${this.baseUrl}/messages`, {
      headers: { 'x-api-key': this.apiKey, 'anthropic-version': API_VERSION },
      body: {
        model: this.name,
        max_tokens: MAX_OUTPUT_TOKENS,
        system: task,
        messages: [{ role: 'user', content: JSON.stringify(data) }],
        tools: [{ name: TOOL, description: 'Gives the answer', input_schema: schema }],
        tool_choice: { type: 'tool', name: TOOL },
      },
      signal,
      timeoutMs: TIMEOUT_MS,
      retryDelayMs: RETRY_DELAY_MS,
    })) as Message | null;
    return {
      json: message?.content?.find(({ type }) => type === 'tool_use')?.input,
      usage: {
        model: this.name,
        input_tokens: message?.usage?.input_tokens ?? 0,
        output_tokens: message?.usage?.output_tokens ?? 0,
      },
    };
  }
}
