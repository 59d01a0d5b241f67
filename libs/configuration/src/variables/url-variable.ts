import { variable } from './variable.js';

export interface UrlRules {
  /** Allowed protocols, without colon: `['nats', 'tls']`. */
  readonly protocols: readonly string[];
}

/** Property decorator: the field is the URL in the environment variable `name`, as the text it was given. */
export function UrlVariable(name: string, { protocols }: UrlRules): PropertyDecorator {
  const requirement = `must be a URL that starts with ${protocols.map((each) => `${each}://`).join(' or ')}`;
  return variable(name, (text) => (isUrl(text, protocols) ? text : undefined), requirement);
}

function isUrl(text: string, protocols: readonly string[]): boolean {
  const url = URL.parse(text);
  return url !== null && protocols.some((protocol) => text.toLowerCase().startsWith(`${protocol}://`));
}
