import type { DocumentedKey } from '../../src/yaml/documented-key.ts';
import { markdownTable } from './markdown-table.ts';

/** The keys of a map as a table. */
export function keyTable(keys: readonly DocumentedKey[]): string {
  const rows = keys.map(({ key, type, default: standard, example, meaning }) => {
    return [`\`${key}\``, type, standard ?? '**required**', example, meaning].map((cell) =>
      cell.replaceAll('|', String.raw`\|`),
    );
  });
  return markdownTable(['key', 'value', 'default', 'example', 'meaning'], rows);
}
