import type { Notice, TopResults } from '../notices/notice.js';
import { headline } from './headline.js';
import { plainLines } from './plain.js';
import { metricFacts, runFacts } from './run-facts.js';
import { type ShownResult, shownResult } from './shown-result.js';

/** The e-mail for programs that show no HTML. It says the same. */
export function renderText(notice: Notice): string {
  const { error, results, rule, agent } = notice;
  const parts = [
    headline(notice),
    error && plainLines(error),
    results && resultsPart(results),
    factsPart('Run', runFacts(notice)),
    factsPart('Metrics', metricFacts(notice)),
    `-- \nSent by agent-platform: rule ${rule} of agent ${agent}.`,
  ];
  return `${parts.filter(Boolean).join('\n\n')}\n`;
}

function resultsPart({ items, total, problem }: TopResults): string {
  const title = items.length < total ? `Top ${items.length} of ${total} results` : 'Results';
  const lines = items.map((item, index) => resultLines(shownResult(item, index)));
  const remark = problem ?? (items.length === 0 ? 'There are none.' : undefined);
  return [title, ...lines, ...(remark === undefined ? [] : [remark])].join('\n');
}

function resultLines({ rank, title, link, score, details }: ShownResult): string {
  const lines = [
    `${rank}. ${title}${score === undefined ? '' : ` (score ${score})`}`,
    ...(link === undefined ? [] : [`   ${link}`]),
    ...details.map(([name, value]) => `   ${name}: ${value}`),
  ];
  return lines.join('\n');
}

function factsPart(title: string, facts: readonly [string, string][]): string {
  return facts.length === 0 ? '' : [title, ...facts.map(([name, value]) => `${name}: ${value}`)].join('\n');
}
