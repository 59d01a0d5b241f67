import { TextVariable, UrlVariable } from '#configuration';
import { IsOptional, Matches } from 'class-validator';

const WEB = { protocols: ['https', 'http'] };
const MODEL_NAME = /^[\w.:/-]{1,100}$/;

/** With which language model `top_results` works; with keywords when no key is set. */
export class TopResultsConfiguration {
  @IsOptional()
  @TextVariable('OPENAI_API_KEY')
  @Matches(/^[\x21-\x7e]+$/, { message: 'openaiApiKey must be one word' })
  openaiApiKey?: string;

  /** Also any other server that speaks the same language. */
  @UrlVariable('OPENAI_BASE_URL', WEB)
  openaiBaseUrl = 'https://api.openai.com/v1';

  @TextVariable('OPENAI_MODEL')
  @Matches(MODEL_NAME, { message: 'openaiModel must be the name of a model' })
  openaiModel = 'gpt-4o-mini';

  /** Used when there is no key of OpenAI. */
  @IsOptional()
  @TextVariable('ANTHROPIC_API_KEY')
  @Matches(/^[\x21-\x7e]+$/, { message: 'anthropicApiKey must be one word' })
  anthropicApiKey?: string;

  @UrlVariable('ANTHROPIC_BASE_URL', WEB)
  anthropicBaseUrl = 'https://api.anthropic.com/v1';

  @TextVariable('ANTHROPIC_MODEL')
  @Matches(MODEL_NAME, { message: 'anthropicModel must be the name of a model' })
  anthropicModel = 'claude-haiku-4-5';
}
