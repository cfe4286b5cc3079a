/** A table with columns of one width, as the formatter of this repository wants them. */
export function markdownTable(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`;
  const ruler = line(widths.map((width) => '-'.repeat(width)));
  return [line(header), ruler, ...rows.map(line)].join('\n');
}
