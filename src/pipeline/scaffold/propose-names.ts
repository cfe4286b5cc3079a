const LONGEST = 64;
/** Of the dataset: `@changed_<name>` is a variable of at most 64 characters, and the table is `stg_<name>`. */
const LONGEST_DATASET = 50;

/** Names for columns: those of the header where they are valid, else made of their letters and digits; none twice. */
export function proposeNames(titles: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return titles.map((title, at) => {
    const name = toName(title, LONGEST - 4) || `column_${at + 1}`;
    let unique = name;
    for (let number = 2; taken.has(unique.toLowerCase()); number += 1) unique = `${name}_${number}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

/** `data/raw/Online Retail.csv.gz` is the dataset `online_retail`. */
export function proposeDatasetName(file: string): string {
  const stem = (file.split('/').at(-1) ?? '').replace(/(?:\.csv)?(?:\.gz)?$/i, '');
  return toName(stem, LONGEST_DATASET).toLowerCase() || 'dataset';
}

/** Umlauts and accents lose their signs, and what is no letter, digit or underscore becomes one underscore. */
function toName(text: string, longest: number): string {
  const plain = text
    .replaceAll('ß', 'ss')
    .replaceAll('%', ' percent ')
    .replaceAll('#', ' no ')
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '');
  const name = plain.replaceAll(/[^A-Za-z0-9_]+/g, '_').replaceAll(/^_+|_+$/g, '');
  const isAsItWas = name === text;
  const valid = /^\d/.test(name) ? `c_${name}` : name;
  return (isAsItWas ? valid : valid.toLowerCase()).slice(0, longest);
}
