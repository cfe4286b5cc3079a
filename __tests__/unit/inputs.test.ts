import { describe, expect, test } from '@jest/globals';
import { ExpectedError } from '../../src/errors.ts';
import { parseInputs, readActionInputs, readTerminalInputs, type Inputs } from '../../src/inputs.ts';

const complete = {
  INPUT_MODE: 'update',
  INPUT_ENVIRONMENT: 'prod',
  INPUT_BACKUP: 'none',
  'INPUT_DB-USER': 'migrator',
  'INPUT_DB-NAME': 'app',
};

function action(env: Readonly<Record<string, string>>): Inputs {
  return parseInputs(readActionInputs(env), env, 'action');
}

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    action(env);
    return [];
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return error.problems.map(({ message }) => message);
  }
}

test('an input wins over its environment variable, which wins over the default', () => {
  const environment = {
    DB_HOST: 'from-env',
    DB_PORT: '3307',
    'INPUT_DB-HOST': 'from-input',
    'INPUT_DB-PORT': '',
  };
  const inputs = action({ ...complete, ...environment });
  expect(inputs).toMatchObject({ database: { host: 'from-input', port: 3307, connectTimeout: 60 } });
});

test('TLS is required by default, but not on loopback', () => {
  expect(action(complete)).toMatchObject({ database: { ssl: 'disabled' } });
  expect(action({ ...complete, DB_HOST: 'db.example.com' })).toMatchObject({ database: { ssl: 'required' } });
});

test('the contexts of a run are its environment unless they are given', () => {
  expect(action(complete).contexts).toEqual(['prod']);
  expect(action({ ...complete, INPUT_CONTEXTS: 'prod, eu ,' }).contexts).toEqual(['prod', 'eu']);
});

test('all problems are told at once, each naming its input', () => {
  const wrong = {
    INPUT_MODE: 'update',
    'INPUT_DB-PORT': '70000',
    'INPUT_LOCK-TIMEOUT': 'soon',
    'INPUT_ALLOW-DESTRUCTIVE': 'yes',
    'INPUT_DB-SSL': 'maybe',
    INPUT_LABELS: 'a and (b',
    'INPUT_EXPECTED-PLAN-HASH': 'abc',
  };
  const names = problemsOf(wrong).map((message) => /^input ([a-z-]+):/.exec(message)?.[1]);
  expect(names.sort()).toEqual(
    [
      ...['allow-destructive', 'backup-passphrase', 'db-name', 'db-port', 'db-ssl', 'db-user', 'environment'],
      ...['expected-plan-hash', 'labels', 'lock-timeout'],
    ].sort(),
  );
});

test('a restore in place is asked for in so many words, by whoever plans as well as by whoever deploys', () => {
  const given = { ...complete, 'INPUT_RESTORE-GUARANTEE': 'in-place' };
  for (const mode of ['status', 'update-sql', 'update']) {
    expect(action({ ...given, INPUT_MODE: mode })).toMatchObject({ mode, restoreGuarantee: 'in-place' });
  }
  expect(action(complete)).toMatchObject({ restoreGuarantee: 'best' });
});

test('backups go to a folder, for as long as the environment says', () => {
  const inputs = action({ ...complete, INPUT_BACKUP: 'full', 'INPUT_BACKUP-STORE': 'file:/var/backups' });
  expect(inputs).toMatchObject({
    backup: { store: { kind: 'folder', folder: '/var/backups' }, retentionDays: 90, timeout: 1800 },
  });
});

test('a pipeline needs a target and no backup', () => {
  const inputs = action({ ...complete, INPUT_MODE: 'pipeline', 'INPUT_PIPELINE-FILE': 'etl/pipeline.yml' });
  expect(inputs).toMatchObject({
    mode: 'pipeline',
    lockTimeout: 60,
    pipelineFile: { path: 'etl/pipeline.yml', isGiven: true },
  });
  expect(problemsOf({ INPUT_MODE: 'pipeline' })).toContain(
    'input environment: is required for mode pipeline',
  );
});

test('the password keeps its blanks, other inputs lose theirs', () => {
  const inputs = action({ ...complete, 'INPUT_DB-PASSWORD': ' secret ', 'INPUT_DB-USER': ' migrator ' });
  expect(inputs).toMatchObject({ database: { password: ' secret ', user: 'migrator' } });
});

describe('at a terminal', () => {
  test('the environment is dev unless it is given', () => {
    const raw = readTerminalInputs(new Map([['mode', 'validate']]), {});
    expect(parseInputs(raw, {}, 'terminal')).toMatchObject({ environment: 'dev', contexts: ['dev'] });
  });

  test('a variable of the runner does not move the working directory', () => {
    const env = { GITHUB_WORKSPACE: '/elsewhere' };
    const raw = readTerminalInputs(new Map([['mode', 'validate']]), env);
    expect(parseInputs(raw, env, 'terminal').workingDirectory).toBe(process.cwd());
  });
});

describe('an artifact as backup store', () => {
  const store = { ...complete, INPUT_BACKUP: 'full' };

  function withRepository(visibility: 'public' | 'private' | 'unknown'): Inputs {
    const env = { ...store, 'INPUT_ALLOW-PLAINTEXT-BACKUP': 'true' };
    return parseInputs(readActionInputs(env), env, 'action', visibility);
  }

  test('it is the default in Actions, and wants a passphrase', () => {
    expect(problemsOf(store)).toEqual(['input backup-passphrase: is required by backup-store: artifact']);
    expect(action({ ...store, BACKUP_PASSPHRASE: 'correct horse' })).toMatchObject({
      backup: { store: { kind: 'artifact' }, passphrase: 'correct horse' },
    });
  });

  test('goes without a passphrase only where it is asked for and the repository is private', () => {
    expect(withRepository('private')).toMatchObject({ backup: { passphrase: undefined } });
    expect(() => withRepository('public')).toThrow(/allow-plaintext-backup: is refused.*is public/);
    expect(() => withRepository('unknown')).toThrow(/allow-plaintext-backup: is refused.*does not say/);
  });

  test('there is none at a terminal and on GitHub Enterprise Server', () => {
    const flags = new Map([
      ...[...Object.entries({ mode: 'update', 'db-user': 'u', 'db-name': 'app' })],
      ['backup-store', 'artifact'],
    ] as [string, string][]);
    expect(() => parseInputs(readTerminalInputs(flags, {}), {}, 'terminal')).toThrow(
      /no artifacts at a terminal/,
    );
    const server = { BACKUP_PASSPHRASE: 'x', GITHUB_SERVER_URL: 'https://git.example.com' };
    expect(problemsOf({ ...store, ...server })).toEqual([
      'input backup-store: GitHub Enterprise Server has no such artifacts',
    ]);
  });

  test('a folder needs no passphrase', () => {
    expect(problemsOf({ ...store, 'INPUT_BACKUP-STORE': 'file:/var/backups' })).toEqual([]);
    expect(problemsOf({ ...store, 'INPUT_BACKUP-STORE': 's3:bucket' })).toEqual([
      'input backup-store: "s3:bucket" is no store',
    ]);
  });
});

test('an approval is for a plan, and only a workflow can have one', () => {
  const approved = { ...complete, 'INPUT_REQUIRE-APPROVAL': 'true' };
  expect(problemsOf(approved)).toEqual([
    'input expected-plan-hash: is required by require-approval: an approval is for a plan',
  ]);
  const planned = { ...approved, 'INPUT_EXPECTED-PLAN-HASH': 'a'.repeat(64) };
  expect(problemsOf(planned)).toEqual([]);
});
