/** A Markdown table, aligned for people who read it as it is. */
export function markdownTable(headings: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [headings, ...rows];
  const widths = headings.map((_, column) => Math.max(3, ...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) => lineOf(row.map((cell, column) => cell.padEnd(widths[column] ?? 0))));
  lines.splice(1, 0, lineOf(widths.map((width) => '-'.repeat(width))));
  return lines.join('\n');
}

function lineOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}
