/** A line this short of a multi-line secret says nothing, and hiding it would hide half the report. */
const SHORTEST_LINE = 4;
/** A shorter one is found by chance in any hash. */
const SHORTEST_FRAGMENT = 8;

/**
 * Every form in which a secret may show up, longest first: as it is, trimmed, each of its lines; URL-encoded,
 * escaped for JSON, SQL, HTML and shells; base64 in both alphabets, also as a part of something longer.
 */
export function secretForms(secrets: readonly string[]): readonly string[] {
  const plain = secrets.filter((secret) => secret.trim() !== '').flatMap(plainForms);
  return [...new Set(plain.flatMap(encodedForms))].sort((a, b) => b.length - a.length);
}

function plainForms(secret: string): readonly string[] {
  const lines = secret
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= SHORTEST_LINE);
  return [secret, secret.trim(), ...lines];
}

function encodedForms(plain: string): readonly string[] {
  const secret = plain.toWellFormed();
  const url = encodeURIComponent(secret);
  const quoted = JSON.stringify(secret).slice(1, -1);
  return [
    plain,
    url,
    url.toLowerCase(),
    url.replaceAll('%20', '+'),
    new URLSearchParams([['', secret]]).toString().slice(1),
    url.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`),
    encodeURI(secret),
    quoted,
    JSON.stringify(quoted).slice(1, -1),
    quoted.replaceAll('/', String.raw`\/`),
    secret.replaceAll("'", "''"),
    secret.replaceAll(/['"\\]/g, String.raw`\$&`),
    secret.replaceAll("'", String.raw`'\''`),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    ...base64Forms(secret),
  ];
}

/** In something longer the text starts at any of three places of a base64 group; only whole letters count. */
function base64Forms(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  const fragments = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    const whole = Math.floor(((shift + bytes.length) * 8) / 6);
    return encoded.slice(shift === 0 ? 0 : shift + 1, whole);
  });
  const forms = [bytes.toString('base64'), bytes.toString('hex'), ...fragments];
  const others = forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''));
  return [...forms, ...others].filter((form) => form.length >= SHORTEST_FRAGMENT);
}
