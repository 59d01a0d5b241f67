/** HTML that is safe to put into a page as it is. Only `html` makes it. */
export class Html {
  constructor(readonly text: string) {}
}

/** What can be put into HTML. */
type Insertable = Html | string | number | undefined | readonly Insertable[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Template tag: what is inserted is escaped, unless it is HTML already; lists are joined, and nothing stands for nothing. */
export function html(literals: TemplateStringsArray, ...values: readonly Insertable[]): Html {
  const text = literals.map((literal, index) => literal + (index < values.length ? safe(values[index]) : ''));
  return new Html(text.join(''));
}

function safe(value: Insertable): string {
  if (value instanceof Html) {
    return value.text;
  }
  if (typeof value === 'object') {
    return value.map(safe).join('');
  }
  return value === undefined
    ? ''
    : String(value).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
