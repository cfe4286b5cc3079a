/** Replaces secrets, as they are and as they are commonly encoded, by `***`. */
export interface SecretMasker {
  readonly add: (secret: string) => void;
  readonly mask: (text: string) => string;
}

/** A masker with the encodings of the real one (HostContext.cs, ValueEncoders.cs), PowerShell's left out. */
export function createSecretMasker(): SecretMasker {
  const values = new Set<string>();
  return {
    add: (secret) => {
      if (secret === '') return;
      for (const value of [secret, ...encodings(secret)]) if (value !== '') values.add(value);
    },
    mask: (text) => maskRanges(text, values),
  };
}

function encodings(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const shifted = (shift: number): string =>
    bytes.subarray(bytes.length > shift ? shift : 0).toString('base64');
  return [
    ...[shifted(0), shifted(1), shifted(2)],
    secret.replaceAll('"', '\\"'),
    secret.replaceAll("'", "''"),
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret).replaceAll(
      /[!'()*]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
    escapeXml(secret),
    secret.length > 8 && /^".*"$/s.test(secret) ? secret.slice(1, -1) : '',
  ];
}

function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&apos;');
}

/** Ranges that touch become one `***` (SecretMasker.cs). */
function maskRanges(text: string, values: ReadonlySet<string>): string {
  const isSecret = new Uint8Array(text.length);
  for (const value of values) {
    for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + 1)) {
      isSecret.fill(1, at, at + value.length);
    }
  }
  let masked = '';
  for (let at = 0; at < text.length; at += 1) {
    if (!isSecret[at]) masked += text[at];
    else if (!isSecret[at - 1]) masked += '***';
  }
  return masked;
}
