import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ExpectedError } from '../../src/errors.ts';
import { parseFlags } from '../../src/terminal/flags.ts';
import { INPUTS, MODES, type InputKind } from '../../src/inputs/input-table.ts';
import { parseInputs, readActionInputs, readTerminalInputs, type Inputs } from '../../src/inputs/inputs.ts';
import { UNBUILT_INPUTS } from '../../src/inputs/unbuilt-inputs.ts';

const actionYml = parse(readFileSync(join(import.meta.dirname, '../../action.yml'), 'utf8')) as {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>;
};

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

describe('what decides what an update does and what its failure costs', () => {
  const PLANNING = ['status', 'update-sql', 'verify', 'update'];
  const hash = `v2:${'0123456789abcdef'.repeat(4)}`;

  test('is the same for the mode that plans and the mode that deploys', () => {
    const given = {
      ...complete,
      'INPUT_ON-FAILURE': 'keep',
      'INPUT_ON-DATA-LOSS': 'stop',
      'INPUT_RESTORE-GUARANTEE': 'in-place',
      INPUT_RESUME: 'TRUE',
      'INPUT_RESUME-IN-DOUBT': 'not-done',
      'INPUT_EXPECTED-PLAN-HASH': hash.toUpperCase().replace('V2', 'v2'),
      'INPUT_EXPECTED-PLAN-PARTS': '{"gates":"0123456789ab"}',
    };
    for (const mode of PLANNING) {
      expect(action({ ...given, INPUT_MODE: mode })).toMatchObject({
        mode,
        backupKind: 'none',
        onFailure: 'keep',
        onDataLoss: 'stop',
        restoreGuarantee: 'in-place',
        resume: true,
        resumeInDoubt: 'not-done',
        expectedPlan: { hash, parts: { gates: '0123456789ab' } },
      });
    }
  });

  test('a restore that may lose nothing stops where it would, whatever on-data-loss says', () => {
    const given = { ...complete, 'INPUT_RESTORE-GUARANTEE': 'lossless', 'INPUT_BACKUP-REF': 'file:x' };
    for (const mode of [...PLANNING, 'rollback']) {
      const inputs = { ...given, INPUT_MODE: mode, INPUT_BACKUP: 'auto', 'INPUT_BACKUP-STORE': 'file:/x' };
      const { 'INPUT_BACKUP-REF': ref, ...others } = inputs;
      const taken = mode === 'rollback' ? { ...others, 'INPUT_BACKUP-REF': ref } : others;
      expect(action(taken)).toMatchObject({ onDataLoss: 'stop' });
      expect(action({ ...taken, 'INPUT_ON-DATA-LOSS': 'restore' })).toMatchObject({ onDataLoss: 'stop' });
    }
  });

  test('has the same defaults for both', () => {
    const { INPUT_BACKUP: _, ...others } = complete;
    for (const mode of PLANNING) {
      expect(
        action({ ...others, INPUT_MODE: mode, 'INPUT_BACKUP-STORE': 'file:/var/backups' }),
      ).toMatchObject({
        backupKind: 'auto',
        onFailure: 'restore',
        onDataLoss: 'restore',
        restoreGuarantee: 'best',
        resume: false,
        resumeInDoubt: undefined,
        expectedPlan: undefined,
      });
    }
  });

  test('a hash of another version is refused as that', () => {
    for (const other of ['a'.repeat(64), `v1:${'a'.repeat(64)}`, `v3:${'a'.repeat(64)}`]) {
      expect(problemsOf({ ...complete, 'INPUT_EXPECTED-PLAN-HASH': other })).toEqual([
        `input expected-plan-hash: "${other}" is a plan hash of another version of db-deploy, which covers other things`,
      ]);
    }
    expect(problemsOf({ ...complete, 'INPUT_EXPECTED-PLAN-HASH': 'v2:abc' })).toEqual([
      'input expected-plan-hash: "v2:abc" is not a plan hash',
    ]);
  });

  test.each([
    '[]',
    '{}',
    'null',
    '"x"',
    '{"gates":"abc"}',
    '{"gates":7}',
    '{"a b":"0123456789ab"}',
    'x',
    '{',
  ])('parts are the output of another run, not %s', (parts) => {
    const given = { ...complete, 'INPUT_EXPECTED-PLAN-HASH': hash, 'INPUT_EXPECTED-PLAN-PARTS': parts };
    expect(problemsOf(given)).toEqual([
      `input expected-plan-parts: ${JSON.stringify(parts)} is not what the output plan-parts gives`,
    ]);
  });

  test('parts without a hash and an answer without resume would decide nothing, and are refused', () => {
    expect(problemsOf({ ...complete, 'INPUT_EXPECTED-PLAN-PARTS': '{"gates":"0123456789ab"}' })).toEqual([
      'input expected-plan-parts: holds a run to nothing without expected-plan-hash',
    ]);
    expect(problemsOf({ ...complete, 'INPUT_RESUME-IN-DOUBT': 'done' })).toEqual([
      'input resume-in-doubt: means nothing without resume: true',
    ]);
  });
});

/** Enough for any mode. */
const ANY_MODE = {
  'INPUT_DB-USER': 'u',
  'INPUT_DB-NAME': 'app',
  INPUT_ENVIRONMENT: 'prod',
  'INPUT_BACKUP-STORE': 'file:/var/backups',
};

/** The same for this mode and no more than it takes. */
function enoughFor(mode: string): Readonly<Record<string, string>> {
  return {
    ...ANY_MODE,
    INPUT_MODE: mode,
    ...(mode === 'rollback' ? { 'INPUT_BACKUP-REF': 'file:x' } : {}),
    ...(mode === 'comment' ? { 'INPUT_REPORT-FILE': 'report.json' } : {}),
  };
}

function variable(name: string): string {
  return `INPUT_${name.toUpperCase()}`;
}

describe.each(MODES)('in mode %s', (mode) => {
  const enough = enoughFor(mode);

  test('what is given is enough', () => {
    expect(problemsOf(enough)).toEqual([]);
  });

  /** A value that no input of this kind can have. */
  const WRONG: Readonly<Partial<Record<InputKind, string>>> = {
    boolean: 'yes',
    seconds: 'soon',
    days: '0',
    port: '70000',
    choice: 'maybe',
    store: 'nfs:/x',
    names: 'dev&&prod',
    expression: 'dev;prod',
    'plan-hash': 'abc',
    'plan-parts': '{}',
  };
  const typed = INPUTS.filter(({ name, kind }) => name !== 'mode' && WRONG[kind] !== undefined);

  test.each(typed.map(({ name, kind }) => [name, WRONG[kind]!]))(
    'a wrong %s is refused: %s',
    (name, wrong) => {
      const problems = problemsOf({ ...enough, [variable(name)]: wrong });
      expect(problems.filter((problem) => problem.startsWith(`input ${name}: `))).not.toEqual([]);
    },
  );

  test.each(typed.filter(({ environment }) => environment !== undefined))(
    'also where it comes from the environment: $environment',
    ({ name, environment, kind }) => {
      const problems = problemsOf({ ...enough, [environment!]: WRONG[kind]! });
      expect(problems).toEqual([expect.stringContaining(`input ${name}: `)]);
    },
  );

  test('the defaults of action.yml are no problem', () => {
    const defaults = Object.entries(actionYml.inputs).flatMap(([name, { default: value }]) =>
      value === undefined ? [] : [[variable(name), value]],
    );
    expect(problemsOf({ ...(Object.fromEntries(defaults) as Record<string, string>), ...enough })).toEqual(
      [],
    );
  });

  test.each(INPUTS.filter(({ isBinding, modes }) => isBinding === true && !modes?.includes(mode)))(
    '$name is not taken, and refused',
    ({ name, kind, values, modes }) => {
      const asks: Readonly<Partial<Record<InputKind, string>>> = {
        boolean: 'true',
        choice: name === 'backup' ? (mode === 'rollback' ? 'none' : 'full') : (values?.at(-1) ?? 'x'),
        'plan-hash': `v2:${'a'.repeat(64)}`,
        'plan-parts': '{"gates":"0123456789ab"}',
      };
      const found = problemsOf({ ...enough, [variable(name)]: asks[kind] ?? 'x' });
      const isDryAnyway = name === 'dry-run' && ['validate', 'status', 'update-sql', 'verify'].includes(mode);
      const takers = modes?.length === MODES.length - 1 ? '' : `: it is for ${modes?.join(', ')}`;
      const refusal = `input ${name}: mode ${mode} does not take it${takers}`;
      expect(found.filter((problem) => problem === refusal)).toHaveLength(isDryAnyway ? 0 : 1);
    },
  );

  test.each(UNBUILT_INPUTS.map(({ name, off }) => [name, off] as const))(
    '%s is not built yet',
    (name, off) => {
      expect(problemsOf({ ...enough, [variable(name)]: 'anything' })).toEqual([
        `input ${name}: is not built yet`,
      ]);
      if (off !== undefined) expect(problemsOf({ ...enough, [variable(name)]: off })).toEqual([]);
    },
  );

  test('a name that is nearly that of an input is refused, another one is not ours', () => {
    expect(problemsOf({ ...enough, 'INPUT_EXPECTED-PLAN-HSAH': 'x' })).toEqual([
      'input expected-plan-hsah: is not an input',
    ]);
    expect(problemsOf({ ...enough, 'INPUT_SOMETHING-ELSE': 'x', INPUT_NODE: '24' })).toEqual([]);
  });
});

test('on-data-loss may be a number of transactions', () => {
  const taken = { ...enoughFor('update'), 'INPUT_ON-DATA-LOSS': '010' };
  expect(action(taken)).toMatchObject({ onDataLoss: 10 });
  expect(problemsOf({ ...enoughFor('update'), 'INPUT_ON-DATA-LOSS': '-1' })).toHaveLength(1);
});

test('variables that several steps share stop none of them', () => {
  const binding = INPUTS.filter(({ isBinding }) => isBinding === true);
  expect(binding.filter(({ environment }) => environment !== undefined)).toEqual([]);
});

test.each([
  ['backup', 'touched'],
  ['backup-store', 's3://bucket/prefix'],
  ['backup-store', 'azblob://account/container'],
  ['backup-store', 'gs://bucket'],
])('%s: %s is in the contract and not built yet', (name, value) => {
  expect(problemsOf({ ...enoughFor('update'), [variable(name)]: value })).toEqual([
    `input ${name}: "${value}" is not built yet`,
  ]);
});

test('a login that a variable asks for is refused as well, what belongs to others is not', () => {
  expect(problemsOf({ ...enoughFor('update'), DB_AUTH: 'token' })).toEqual([
    'input db-auth: is not built yet',
  ]);
  expect(problemsOf({ ...enoughFor('update'), AWS_REGION: 'eu-west-1', WEBHOOK_SECRET: 'x' })).toEqual([]);
});

test('a value of a megabyte is refused without being repeated', () => {
  const given = {
    ...enoughFor('status'),
    INPUT_CONTEXTS: 'a,'.repeat(500_000),
    INPUT_LABELS: '('.repeat(1_000_000),
  };
  const problems = problemsOf(given);
  expect(problems).toHaveLength(2);
  for (const problem of problems) expect(problem.length).toBeLessThan(300);
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
  function problemsAtTerminal(...argv: readonly string[]): readonly string[] {
    try {
      const env = { DB_USER: 'u', DB_NAME: 'app' };
      parseInputs(readTerminalInputs(parseFlags(argv), env), env, 'terminal');
      return [];
    } catch (error) {
      if (!(error instanceof ExpectedError)) throw error;
      return error.problems.map(({ message }) => message);
    }
  }

  test('a flag that this mode does not take is refused, and so is one that is not built yet', () => {
    expect(problemsAtTerminal('update', '--dry-run')).toEqual([
      'input dry-run: mode update does not take it: it is for rollback',
    ]);
    expect(problemsAtTerminal('rollback', '--resume', '--rehearsal', 'auto', '--allow-other-target')).toEqual(
      [
        'input resume: mode rollback does not take it: it is for status, update-sql, verify, update',
        'input allow-other-target: is not built yet',
        'input rehearsal: is not built yet',
      ],
    );
    expect(problemsAtTerminal('status', '--dry-run')).toEqual([]);
  });

  test('a flag that is given twice is refused, and the mode is one as well', () => {
    expect(problemsAtTerminal('status', '--backup', 'none', '--backup=full')).toEqual([
      '--backup is given twice',
    ]);
    expect(problemsAtTerminal('validate', '--mode', 'update')).toEqual(['--mode is given twice']);
  });

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
      'input backup-store: "s3:bucket" is not a backup store',
    ]);
  });
});

test('an approval is for a plan, and only a workflow can have one', () => {
  const approved = { ...complete, 'INPUT_REQUIRE-APPROVAL': 'true' };
  expect(problemsOf(approved)).toEqual([
    'input expected-plan-hash: is required by require-approval: an approval is for a plan',
  ]);
  const planned = { ...approved, 'INPUT_EXPECTED-PLAN-HASH': `v2:${'a'.repeat(64)}` };
  expect(problemsOf(planned)).toEqual([]);
});
