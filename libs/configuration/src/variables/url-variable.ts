import { variable } from './variable.js';

export interface UrlRules {
  /** Allowed protocols, without colon: `['nats', 'tls']`. */
  readonly protocols: readonly string[];
  /** Whether several may be given, separated by commas. Defaults to false. */
  readonly isList?: boolean;
}

/** Property decorator: the field is the URL in the environment variable `name`, as the text it was given. */
export function UrlVariable(name: string, { protocols, isList = false }: UrlRules): PropertyDecorator {
  const starts = protocols.map((each) => `${each}://`).join(' or ');
  const requirement = isList
    ? `must be URLs that start with ${starts}, separated by commas`
    : `must be a URL that starts with ${starts}`;
  const urlsOf = (text: string): string[] => (isList ? text.split(',') : [text]);
  return variable(name, (text) => (urlsOf(text).every(isUrl(protocols)) ? text : undefined), requirement);
}

function isUrl(protocols: readonly string[]): (text: string) => boolean {
  return (text) => {
    const isAllowed = protocols.some((protocol) => text.toLowerCase().startsWith(`${protocol}://`));
    return isAllowed && URL.canParse(text);
  };
}
