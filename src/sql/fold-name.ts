/** The two that are equal to an ASCII letter for the server and not by their decomposition. */
const OTHERS: Readonly<Record<string, string>> = { ı: 'i', ß: 's' };

/**
 * The name of a system variable as the server compares it (utf8mb3_general_ci): `ſql_mode` and `ŠQL_MODE` are
 * `sql_mode`. Whatever is equal to an ASCII letter becomes it.
 */
export function foldName(name: string): string {
  const plain = name.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  return plain.replaceAll(/[ıß]/g, (letter) => OTHERS[letter] ?? letter);
}
