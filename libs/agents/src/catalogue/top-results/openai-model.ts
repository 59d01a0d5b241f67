import type { Answer, LanguageModel, Question } from './language-model.js';
import { postJson } from './post-json.js';

const TIMEOUT_MS = 60_000;
const RETRY_DELAY_MS = 500;

interface Completion {
  readonly choices?: readonly { readonly message?: { readonly content?: string } }[];
  readonly usage?: { readonly prompt_tokens?: number; readonly completion_tokens?: number };
}

/** A model behind the chat completions of OpenAI, or of a server that speaks like it. */
export class OpenaiModel implements LanguageModel {
  constructor(
    readonly name: string,
    private readonly baseUrl: string,
    private readonly apiKey: string,
  ) {}

  async ask({ task, data, schema, signal }: Question): Promise<Answer> {
    const completion = (await postJson(`${this.baseUrl}/chat/completions`, {
      headers: { Authorization: `Bearer ${this.apiKey}` },
      body: {
        model: this.name,
        messages: [
          { role: 'system', content: task },
          { role: 'user', content: JSON.stringify(data) },
        ],
        response_format: { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema } },
      },
      signal,
      timeoutMs: TIMEOUT_MS,
      retryDelayMs: RETRY_DELAY_MS,
    })) as Completion | null;
    return {
      json: parsed(completion?.choices?.[0]?.message?.content),
      usage: {
        model: this.name,
        input_tokens: completion?.usage?.prompt_tokens ?? 0,
        output_tokens: completion?.usage?.completion_tokens ?? 0,
      },
    };
  }
}

/** `undefined`, which no schema allows, when it isn't JSON: the tokens are paid for nevertheless. */
function parsed(content: string | undefined): unknown {
  try {
    return JSON.parse(content ?? '');
  } catch {
    return undefined;
  }
}
