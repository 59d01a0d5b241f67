/** A path of the API in which what is put in is escaped: apiPath`/agents/${name}/pause`. */
export function apiPath(parts: TemplateStringsArray, ...values: (string | number)[]): string {
  return String.raw({ raw: parts }, ...values.map((value) => encodeURIComponent(value)));
}
