import { expect, test } from '@jest/globals';
import { chooseMirror } from '../../../scripts/mysql/debian-mirror.ts';

const BOOKWORM = 'ID=debian\nVERSION_CODENAME=bookworm\n';

test('the mirror of the release is found in one-line sources, options and comments aside', () => {
  const text = `# deb http://old.example/debian bookworm main
deb-src http://src.example/debian bookworm main
deb https://other.example/apt bookworm-tools main
deb [arch=amd64 signed-by=/usr/share/keyrings/ours.gpg] http://mirror.example/debian bookworm main contrib # ours
`;
  expect(chooseMirror(BOOKWORM, [['sources.list', text]])).toEqual({
    uri: 'http://mirror.example/debian',
    signedBy: '/usr/share/keyrings/ours.gpg',
  });
});

test('and in deb822 sources, disabled stanzas and keys in the text aside', () => {
  const text = `Types: deb
URIs: http://disabled.example/debian
Suites: bookworm
Components: main
Enabled: no

# a comment
Types: deb deb-src
URIs: http://mirror.example/debian
# in the middle
Suites: bookworm bookworm-updates
Components: main
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 -----END PGP PUBLIC KEY BLOCK-----
`;
  expect(chooseMirror(BOOKWORM, [['sources.list.d/debian.sources', text]])).toEqual({
    uri: 'http://mirror.example/debian',
    signedBy: '/usr/share/keyrings/debian-archive-keyring.gpg',
  });
});

test('a machine that is no Debian, or has no mirror, is told so', () => {
  expect(() => chooseMirror('ID=ubuntu\n', [])).toThrow('this is not Debian');
  expect(() => chooseMirror(BOOKWORM, [['sources.list', '']])).toThrow('no mirror for bookworm main');
});
