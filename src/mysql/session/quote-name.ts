/** An identifier as SQL text. */
export function quoteName(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
