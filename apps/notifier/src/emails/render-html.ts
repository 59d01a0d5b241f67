import type { Notice, TopResults } from '../notices/notice.js';
import { headline } from './headline.js';
import { type Html, html } from './html.js';
import { plainLines } from './plain.js';
import { metricFacts, runFacts } from './run-facts.js';
import { type ShownResult, shownResult } from './shown-result.js';

const FONT = 'font-family:-apple-system,Segoe UI,Roboto,Helvetica,Arial,sans-serif';
const CELL = 'padding:8px 10px;border-bottom:1px solid #e5e7eb;vertical-align:top;text-align:left';
const HEAD = `${CELL};font-size:12px;color:#6b7280;font-weight:600`;
const NUMBER = 'text-align:right;white-space:nowrap';
const TABLE = 'width:100%;border-collapse:collapse;font-size:14px';

/** The e-mail as people see it. Styles stand in the elements, because mail programs drop style sheets. */
export function renderHtml(notice: Notice): string {
  const title = headline(notice);
  const colour = notice.status === 'success' ? '#15803d' : '#b91c1c';
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <title>${title}</title>
      </head>
      <body style="margin:0;padding:24px 12px;background:#f3f4f6;color:#111827;${FONT}">
        <div
          style="max-width:640px;margin:0 auto;background:#ffffff;border-top:4px solid ${colour};padding:20px 24px"
        >
          <h1 style="font-size:20px;line-height:1.3;margin:0 0 16px;overflow-wrap:anywhere">${title}</h1>
          ${errorPart(notice)} ${notice.results && resultsPart(notice.results)}
          ${factsPart('Run', runFacts(notice))} ${factsPart('Metrics', metricFacts(notice))}
          <p style="font-size:12px;color:#6b7280;margin:20px 0 0">
            Sent by agent-platform: rule ${notice.rule} of agent ${notice.agent}.
          </p>
        </div>
      </body>
    </html> `;
  return page.text;
}

function heading(text: string): Html {
  return html`<h2 style="font-size:15px;margin:20px 0 6px">${text}</h2>`;
}

function errorPart({ error }: Notice): Html | undefined {
  return error === undefined
    ? undefined
    : html`<pre
        style="margin:0 0 8px;padding:12px;background:#fef2f2;color:#7f1d1d;font-size:13px;white-space:pre-wrap;overflow-wrap:anywhere"
      >
${plainLines(error)}</pre>`;
}

function resultsPart({ items, total, problem }: TopResults): Html {
  const results = items.map(shownResult);
  const hasScores = results.some(({ score }) => score !== undefined);
  const rows = results.map((result) => resultRow(result, hasScores));
  const table = html`<table style="${TABLE}">
    <tr>
      <th style="${HEAD};${NUMBER}">#</th>
      <th style="${HEAD}">Result</th>
      ${hasScores ? html`<th style="${HEAD};${NUMBER}">Score</th>` : undefined}
    </tr>
    ${rows}
  </table>`;
  return html`${heading(items.length < total ? `Top ${items.length} of ${total} results` : 'Results')}
  ${items.length === 0 ? undefined : table}
  ${note(problem ?? (items.length === 0 ? 'There are none.' : undefined))}`;
}

function resultRow({ rank, title, link, score, details }: ShownResult, hasScores: boolean): Html {
  const name =
    link === undefined
      ? html`<strong>${title}</strong>`
      : html`<a href="${link}" style="color:#1d4ed8;font-weight:600">${title || link}</a>`;
  const lines = details.map(
    ([field, value]) =>
      html`<div style="color:#4b5563;font-size:13px">
        <span style="color:#6b7280">${field}:</span> ${value}
      </div>`,
  );
  return html`<tr>
    <td style="${CELL};${NUMBER};color:#6b7280">${rank}</td>
    <td style="${CELL};overflow-wrap:anywhere">${name}${lines}</td>
    ${hasScores ? html`<td style="${CELL};${NUMBER}">${score}</td>` : undefined}
  </tr> `;
}

function note(text: string | undefined): Html | undefined {
  return text === undefined
    ? undefined
    : html`<p style="font-size:13px;color:#6b7280;margin:6px 0">${text}</p>`;
}

function factsPart(title: string, facts: readonly [string, string][]): Html | undefined {
  const rows = facts.map(
    ([name, value]) =>
      html`<tr>
        <td style="${CELL};color:#6b7280;width:35%;overflow-wrap:anywhere">${name}</td>
        <td style="${CELL};overflow-wrap:anywhere">${value}</td>
      </tr> `,
  );
  return facts.length === 0
    ? undefined
    : html`${heading(title)}
        <table style="${TABLE}">
          ${rows}
        </table>`;
}
