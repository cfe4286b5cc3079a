/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. */
export function fillSection(text: string, name: string, body: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [before, after] = [text.indexOf(start), text.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`there is no ${start} … ${end}`);
  return `${text.slice(0, before + start.length)}\n\n${body}\n\n${text.slice(after)}`;
}
