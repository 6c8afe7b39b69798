/** The built command line, run as a user runs it. Each case has its own data folder. */
import { execFile, execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BUNDLE, runCli } from './run-cli.ts';

let home: string;
let repository: string;

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'custos-'));
  repository = join(home, 'support-bot');
  await mkdir(repository);
});

afterEach(() => rmSync(home, { recursive: true, force: true }));

const custos = (...words: string[]) => runCli(home, words);

const DECLARATION = `id: support-bot
name: Support bot
purpose: Answers customers about their orders and returns
phase: deployment
use:
  inputs: [text]
  outputs: [text]
  exposure: public
roles:
  developer: [dev@example.org]
  system_operator: [ops@example.org]
`;

const PROGRAM = `from openai import OpenAI

client = OpenAI()
print(client.chat.completions.create(model="gpt-4o-2024-08-06", messages=[]))
`;

function put(name: string, text: string): string {
  const path = join(repository, name);
  writeFileSync(path, text);
  return path;
}

describe('usage', () => {
  it('prints its version', async () => {
    const done = await custos('--version');
    expect(done).toMatchObject({ code: 0, err: '' });
    expect(done.out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it.each([
    ['a wrong verb', ['asess'], /assess/],
    ['a wrong option', ['assess', '--fromat', 'json'], /--format/],
    ['a wrong format', ['assess', '--format', 'xml'], /sarif/],
    ['a time that is none', ['assess', '--at', 'tomorrow'], /2026-01-31/],
    ['a missing directory', ['assess', 'nowhere'], /nowhere does not exist/],
    ['a provision that does not exist', ['explain', '5.2.1-11'], /Did you mean 5\.2\.1-1/],
    ['an observation type that does not exist', ['catalogue', 'predicate', 'scan-reslut'], /scan-result/],
  ])('%s ends with 2 and says what to do', async (_name, words, says) => {
    const done = await custos(...words);
    expect(done.code).toBe(2);
    expect(done.out).toBe('');
    expect(done.err).toMatch(says);
    expect(done.err).not.toMatch(/^\s+at /m);
  });

  it.each([
    ['observe', 'gone.yaml', '--dir', 'DIR'],
    ['observe', 'policy.yaml', '--dir', 'DIR'],
    ['observe', 'policy.yaml', '--dir', 'gone'],
    ['observe', 'DIR', '--dir', 'DIR'],
    ['observe', '-', '--dir', 'DIR'],
    [
      'attest',
      '5.1.1-1/a',
      '--by',
      'dev@example.org',
      '--role',
      'developer',
      '--statement',
      'x'.repeat(20),
      '--dir',
      'DIR',
    ],
    [
      'attest',
      '5.1.1-1/a',
      '--by',
      'dev@example.org',
      '--role',
      'developer',
      '--statement',
      'x'.repeat(20),
      '--dir',
      'gone',
    ],
    [
      'triage',
      '*',
      '--approve',
      '--by',
      'dev@example.org',
      '--role',
      'developer',
      '--reason',
      'x'.repeat(20),
      '--dir',
      'DIR',
    ],
    ['push', 'DIR'],
    ['push', 'gone'],
    ['pull', 'gone'],
    ['pull', 'policy.yaml'],
    ['restore', 'DIR'],
    ['restore', 'gone'],
    ['keys', 'rotate', 'gone'],
    ['ledger', 'verify', 'policy.yaml', '--key', 'DIR'],
    ['bom', 'DIR', '--out', 'DIR'],
  ])('%s %s … ends with 2, says why, and leaves everything as it was', async (...words) => {
    put('custos.yaml', DECLARATION);
    put('app.py', PROGRAM);
    writeFileSync(join(home, 'policy.yaml'), 'type: policy\ncontent: {}\n');
    await custos('keys');
    const files = () => readdirSync(home, { recursive: true, encoding: 'utf8' }).sort();
    const before = files().filter((path) => !path.startsWith('data/cache'));
    const done = await custos(...words.map((word) => (word === 'DIR' ? 'support-bot' : word)));
    expect(done).toMatchObject({ code: 2, out: '' });
    expect(done.err).toMatch(/^custos: .*(gone|support-bot|policy\.yaml|Standard input)/);
    expect(done.err).not.toContain('should not have happened');
    expect(files().filter((path) => !path.startsWith('data/cache'))).toEqual(before);
  });

  it.each([
    [['explain'], 'custos explain --help'],
    [['bom', 'diff', 'a'], 'custos bom diff --help'],
    [['ledger', 'foo'], 'custos ledger --help'],
    [['keys', 'add-producer', 'x'], 'custos keys add-producer --help'],
  ])('custos %j is told where to read on', async (words, next) => {
    const done = await custos(...words);
    expect(done).toMatchObject({ code: 2, out: '' });
    expect(done.err).toMatch(/^custos: /);
    expect(done.err).toContain(next);
  });

  it.each([
    ['init', (dir: string) => symlinkSync('nowhere', join(dir, 'custos.yaml')), ['init', '--yes']],
    ['keys trust', (dir: string) => writeFileSync(join(dir, '.custos'), 'x'), ['keys', 'trust', 'KEY']],
  ])('%s says which file can not be written', async (_name, prepare, words) => {
    prepare(repository);
    const key = (await custos('keys')).out.trim();
    const done = await custos(...words.map((word) => (word === 'KEY' ? key : word)), repository);
    expect(done).toMatchObject({ code: 2, out: '' });
    expect(done.err).toContain(repository);
    expect(done.err).toMatch(/can't be written \(E[A-Z]+\)/);
  });

  it('an error that nobody waits for, and a reader that went away, are no verdict', async () => {
    const code = (flags: string[], leave: boolean) =>
      new Promise<number | null>((done) => {
        const env = { PATH: process.env.PATH, HOME: home, CUSTOS_DATA_DIR: join(home, 'data') };
        const child = spawn(process.execPath, [...flags, BUNDLE, 'assess', repository, '--no-record'], {
          env,
        });
        if (leave) child.stdout.destroy();
        child.on('close', done);
      });
    put('app.py', PROGRAM);
    expect(await code([], false)).toBe(1);
    expect(await code([], true)).toBe(2);
    const late = 'data:text/javascript,setTimeout(()=>{throw new Error("late")},250)';
    expect(await code(['--import', late], false)).toBe(2);
  });

  it('a variable that is unusable is named', async () => {
    const env = { PATH: process.env.PATH, CUSTOS_DATA_DIR: home, CUSTOS_DATABASE_URL: 'mysql://x' };
    const err = await new Promise<string>((done) => {
      execFile(process.execPath, [BUNDLE, 'doctor'], { env }, (_error, _out, text) => done(text));
    });
    expect(err).toContain('CUSTOS_DATABASE_URL');
  });
});

describe('assess', () => {
  it('refuses a file', async () => {
    const done = await custos('assess', put('app.py', PROGRAM));
    expect(done).toMatchObject({ code: 2, out: '' });
    expect(done.err).toContain('is not a directory');
  });

  it('leaves a directory without custos.yaml as it is', async () => {
    put('app.py', PROGRAM);
    const done = await custos('assess', repository);
    expect([1, 3]).toContain(done.code);
    expect(done.err).toContain('Nothing was written');
    expect(readdirSync(repository)).toEqual(['app.py']);
    expect(readFileSync(join(repository, 'app.py'), 'utf8')).toBe(PROGRAM);
  });

  it('names file, line and column of a mistake in custos.yaml, and what was meant', async () => {
    put('custos.yaml', DECLARATION.replace('exposure:', 'exposrue:'));
    const done = await custos('assess', repository);
    expect(done).toMatchObject({ code: 2, out: '' });
    expect(done.err).toMatch(/custos\.yaml:8:3 use\.exposrue: unknown key\. Did you mean `exposure`\?/);
    expect(existsSync(join(repository, '.custos'))).toBe(false);
  });

  it('prints the agreed document', async () => {
    put('app.py', PROGRAM);
    put('custos.yaml', DECLARATION);
    const done = await custos('assess', repository, '--format', 'json', '--no-record');
    expect([1, 3]).toContain(done.code);
    const document = z.record(z.string(), z.unknown()).parse(JSON.parse(done.out));
    expect(Object.keys(document)).toEqual([
      'specification',
      'system',
      'fingerprint',
      'evaluatedAt',
      'provisions',
      'counts',
      'features',
      'inventory',
      'findings',
      'unknowns',
      'ledger',
    ]);
    const { provisions, system } = z
      .object({
        provisions: z.array(z.object({ duties: z.array(z.object({ verdict: z.string() })) })),
        system: z.object({ id: z.string(), declared: z.boolean() }),
      })
      .parse(document);
    expect(system).toEqual({ id: 'support-bot', declared: true });
    expect(provisions.flatMap((provision) => provision.duties)).toHaveLength(133);
    expect(readdirSync(repository).sort()).toEqual(['app.py', 'custos.yaml']);
  });

  it('--out writes a whole file, and an unwritable one is an error', async () => {
    put('custos.yaml', DECLARATION);
    const out = join(home, 'report.html');
    await custos('assess', repository, '--no-record', '--format', 'html', '--out', out);
    expect(readFileSync(out, 'utf8')).toMatch(/^<!doctype html>[\s\S]*<\/html>\s*$/i);
    const done = await custos('assess', repository, '--no-record', '--out', join(home, 'no', 'report.txt'));
    expect(done.code).toBe(2);
    expect(done.err).toContain("can't be written");
  });

  it('replays the same bytes for the same time', async () => {
    put('app.py', PROGRAM);
    put('custos.yaml', DECLARATION);
    await custos('assess', repository);
    const words = ['assess', repository, '--format', 'json', '--at', '2030-01-31T12:00:00Z'];
    const [first, second] = [await custos(...words), await custos(...words)];
    expect(first.out.length).toBeGreaterThan(1000);
    expect(second.out).toBe(first.out);
  });
});

describe('init', () => {
  it('writes a declaration that assess accepts, and never overwrites one', async () => {
    put('app.py', PROGRAM);
    expect((await custos('init', repository, '--yes')).code).toBe(0);
    const written = readFileSync(join(repository, 'custos.yaml'), 'utf8');
    expect([1, 3]).toContain((await custos('assess', repository, '--no-record')).code);
    const again = await custos('init', repository, '--yes', '--name', 'Other');
    expect(again.code).toBe(2);
    expect(again.err).toContain('exists already');
    expect(readFileSync(join(repository, 'custos.yaml'), 'utf8')).toBe(written);
  });
});

describe('observe and attest', () => {
  const attest = (...more: string[]) =>
    custos(
      'attest',
      '5.1.1-1/a',
      '--dir',
      repository,
      '--statement',
      'Reviewed by two people in May',
      ...more,
    );

  it('nobody speaks in a role that custos.yaml does not give them', async () => {
    put('custos.yaml', DECLARATION);
    await custos('assess', repository);
    const done = await attest('--role', 'developer', '--by', 'stranger@example.org');
    expect(done).toMatchObject({ code: 2, out: '' });
    expect(done.err).toContain('stranger@example.org is not named as developer');
    expect((await attest('--role', 'king', '--by', 'dev@example.org')).code).toBe(2);
    expect((await attest('--role', 'developer', '--by', 'dev@example.org')).code).toBe(0);
  });

  it.each([
    ['an unknown type', 'type: polcy\ncontent: {}\n', /Did you mean/],
    ['content that does not fit', 'type: policy\ncontent: {}\n', /catalogue predicate policy/],
    [
      'a date in the future',
      `type: policy
observedAt: 2999-01-01T00:00:00Z
content:
  { kind: logging, version: '1', inForceFrom: 2026-01-01T00:00:00Z, appliesTo: all, sections: [], approvedBy: a }
`,
      /in the future/,
    ],
    [
      'a measurement without its tool',
      `type: published-hashes
content:
  { url: 'https://example.org', algorithm: sha256, files: [], signed: true, signatureVerified: true, independentChannel: true }
`,
      /must name the tool that measured it/,
    ],
    ['no YAML', 'type: [\n', /evidence\.yaml/],
    ['nothing', '', /holds no observation/],
  ])('%s is refused and not recorded', async (_name, text, says) => {
    put('custos.yaml', DECLARATION);
    await custos('assess', repository);
    const before = (await custos('ledger', 'show', repository)).out;
    const done = await custos('observe', put('evidence.yaml', text), '--dir', repository);
    expect(done).toMatchObject({ code: 2, out: '' });
    expect(done.err).toMatch(says);
    expect((await custos('ledger', 'show', repository)).out.split('\n').slice(0, 3)).toEqual(
      before.split('\n').slice(0, 3),
    );
  });
});

describe('observe with a type', () => {
  const policy = `type: policy
content:
  { kind: logging, version: '1', inForceFrom: 2026-01-01T00:00:00Z, appliesTo: all, sections: [], approvedBy: a }
`;

  it('records what is of that type, once, and refuses the rest', async () => {
    put('custos.yaml', DECLARATION);
    await custos('assess', repository);
    const file = put('policy.yaml', policy);
    const other = await custos('observe', 'waiver', file, '--dir', repository);
    expect(other).toMatchObject({ code: 2, out: '' });
    expect(other.err).toContain('of type policy, not only waiver');
    expect((await custos('observe', 'policy', file, '--dir', repository)).err).toContain('Recorded 1 of 1');
  });
});

describe('ledger', () => {
  it('reading verbs create nothing', async () => {
    for (const words of [['ledger', 'show'], ['ledger', 'verify'], ['export']]) {
      const done = await custos(...words, repository);
      expect(done).toMatchObject({ code: 2, out: '' });
      expect(done.err).toContain('keeps no evidence');
    }
    expect(readdirSync(repository)).toEqual([]);
  });

  it('what only looks like a ledger is not made one', async () => {
    put('custos.yaml', DECLARATION);
    const key = (await custos('keys')).out.trim();
    await custos('keys', 'trust', key, repository);
    const before = readdirSync(join(repository, '.custos'));
    for (const words of [['ledger', 'show'], ['ledger', 'verify'], ['export']]) {
      const done = await custos(...words, repository);
      expect(done).toMatchObject({ code: 2, out: '' });
      expect(done.err).toContain('keeps no evidence');
    }
    expect(readdirSync(join(repository, '.custos'))).toEqual(before);
  });

  describe('of a directory', () => {
    const entries = () => join(repository, '.custos', 'entries', '000000000000.jsonl');
    const edit = (path: string, change: (text: string) => string) => {
      const text = readFileSync(path, 'utf8');
      const changed = change(text);
      expect(changed).not.toBe(text);
      writeFileSync(path, changed);
    };

    it.each([
      [
        'a statement',
        (text: string) => text.replace('"support-bot"', '"support-bat"'),
        /jsonl:\d+: the statement is/,
      ],
      [
        'a time',
        (text: string) => text.replace(/^\{"at":"20../, '{"at":"1999'),
        /jsonl:1|entry 0|does not make the root/,
      ],
      [
        'a signature',
        (text: string) => text.replace(/("sig":")(.)/, (_, a, b) => `${a}${b === 'A' ? 'B' : 'A'}`),
        /entry \d+: SIGNATURE/,
      ],
      [
        'a line that is gone',
        (text: string) => text.slice(text.indexOf('\n') + 1),
        /jsonl:1|only \d+ are there/,
      ],
      ['a line that is none', (text: string) => `{${text}`, /jsonl:1/],
    ])('%s that was changed is a finding, with its place', async (_name, change, place) => {
      put('app.py', PROGRAM);
      put('custos.yaml', DECLARATION);
      await custos('assess', repository);
      expect(await custos('ledger', 'verify', repository)).toMatchObject({ code: 0 });
      edit(entries(), change);
      const done = await custos('ledger', 'verify', repository);
      expect(done).toMatchObject({ code: 1, out: '' });
      expect(done.err).toContain('does NOT verify');
      expect(done.err).toMatch(place);
    });

    it.each([
      ['checkpoint', /checkpoint/],
      ['store.json', /store\.json/],
    ])('a damaged %s is a finding', async (file, place) => {
      put('custos.yaml', DECLARATION);
      await custos('assess', repository);
      edit(join(repository, '.custos', file), () => 'x\n');
      const done = await custos('ledger', 'verify', repository);
      expect(done).toMatchObject({ code: 1, out: '' });
      expect(done.err).toMatch(place);
      expect(done.err).toContain('does NOT verify');
    });

    it('a checkpoint that is gone is a finding', async () => {
      put('custos.yaml', DECLARATION);
      await custos('assess', repository);
      rmSync(join(repository, '.custos', 'checkpoint'));
      expect(await custos('ledger', 'verify', repository)).toMatchObject({ code: 1 });
    });

    it('lines that no checkpoint covers are set aside, and that is said', async () => {
      put('custos.yaml', DECLARATION);
      await custos('assess', repository);
      edit(entries(), (text) => `${text}${text.slice(0, text.indexOf('\n') + 1)}`);
      const done = await custos('ledger', 'verify', repository);
      expect(done.code).toBe(0);
      expect(done.err).toMatch(/1 entry.*set aside in .*set-aside/);
    });

    it('cannot be opened: that is an error', async () => {
      put('custos.yaml', DECLARATION);
      await custos('assess', repository);
      writeFileSync(
        join(repository, '.custos', 'lock'),
        JSON.stringify({ pid: process.pid, host: 'elsewhere', at: new Date().toISOString() }),
      );
      expect((await custos('ledger', 'verify', repository)).code).toBe(2);
    });
  });

  async function exported(): Promise<{ file: string; key: string }> {
    put('app.py', PROGRAM);
    put('custos.yaml', DECLARATION);
    await custos('assess', repository);
    const file = join(home, 'ledger.jsonl');
    expect((await custos('export', repository, '--out', file)).code).toBe(0);
    const key = (await custos('keys')).out.trim();
    // Verification needs neither the store nor the private key.
    rmSync(join(repository, '.custos'), { recursive: true });
    rmSync(join(home, 'data'), { recursive: true });
    return { file, key };
  }

  it('an export verifies with the public key alone', async () => {
    const { file, key } = await exported();
    const done = await custos('ledger', 'verify', file, '--key', key);
    expect(done.err).toContain('The ledger verifies');
    expect(done.code).toBe(0);
    const without = await custos('ledger', 'verify', file);
    expect(without.code).toBe(2);
    expect(without.err).toContain('--key');
  });

  it('an export in which one byte was changed does not', async () => {
    const { file, key } = await exported();
    const text = readFileSync(file, 'utf8');
    const at = text.indexOf('"payload":"') + 40;
    const other = text[at] === 'A' ? 'B' : 'A';
    writeFileSync(file, text.slice(0, at) + other + text.slice(at + 1));
    const done = await custos('ledger', 'verify', file, '--key', key);
    expect(done.code).toBe(1);
    expect(done.err).toContain('does NOT verify');
  });

  it('an export that lost its last entry does not', async () => {
    const { file, key } = await exported();
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    lines.splice(lines.length - 3, 1);
    writeFileSync(file, `${lines.join('\n')}\n`);
    expect((await custos('ledger', 'verify', file, '--key', key)).code).toBe(1);
  });

  it('another key does not verify it', async () => {
    const { file } = await exported();
    const other = (await custos('keys')).out.trim();
    expect((await custos('ledger', 'verify', file, '--key', other)).code).not.toBe(0);
  });
});

describe('scan and triage', () => {
  const by = [
    '--by',
    'dev@example.org',
    '--role',
    'developer',
    '--reason',
    'Reviewed with the platform team',
  ];

  it('shows what is there and writes nothing where nothing is declared', async () => {
    put('bot.py', PROGRAM);
    const done = await custos('scan', repository);
    expect(done).toMatchObject({ code: 0 });
    expect(done.out).toContain('model:gpt-4o-2024-08-06');
    expect(readdirSync(repository)).toEqual(['bot.py']);
  });

  it('calls everything shadow until somebody responsible approves it', async () => {
    put('custos.yaml', DECLARATION);
    put('bot.py', PROGRAM);
    expect((await custos('scan', repository)).out).toContain('! shadow');
    await custos('assess', repository);
    const waiting = await custos('triage', '--dir', repository);
    expect(waiting.code).toBe(1);
    expect(waiting.out).toContain('shadow\tmodel:gpt-4o-2024-08-06\tbot.py:4');
    const stranger = await custos(
      'triage',
      '*',
      '--approve',
      ...by,
      '--by',
      'eve@example.org',
      '--dir',
      repository,
    );
    expect(stranger).toMatchObject({ code: 2 });
    expect(stranger.err).toContain('roles.developer');
    expect(await custos('triage', '*', '--approve', ...by, '--dir', repository)).toMatchObject({ code: 0 });
    expect(await custos('scan', repository)).toMatchObject({ code: 0 });
    put('more.py', PROGRAM.replace('gpt-4o-2024-08-06', 'gpt-4.1-2025-04-14'));
    const later = await custos('scan', repository);
    expect(later.code).toBe(1);
    expect(later.out).toContain('model:gpt-4.1-2025-04-14');
  });

  it('tells what changed since an earlier scan', async () => {
    put('bot.py', PROGRAM);
    const before = join(home, 'before.json');
    await custos('scan', repository, '--format', 'json', '--out', before);
    expect(await custos('scan', repository, '--diff', before)).toMatchObject({ code: 0 });
    put('bot.py', PROGRAM.replace('gpt-4o-2024-08-06', 'gpt-4.1-2025-04-14'));
    const after = await custos('scan', repository, '--diff', before);
    expect(after.code).toBe(1);
    expect(after.out).toMatch(/added \(1\).*removed \(1\)/s);
    expect(await custos('scan', repository, '--diff', put('x.json', '{}'))).toMatchObject({ code: 2 });
  });

  it('shows whom logs show in use, and keeps it for triage', async () => {
    put('custos.yaml', DECLARATION);
    put('bot.py', PROGRAM);
    const log = join(home, 'access.log');
    const call = (host: string) =>
      `1763719200.123 310 10.0.0.5 TCP_TUNNEL/200 4321 CONNECT ${host}:443 ann HIER_DIRECT/1.2.3.4 -\n`;
    writeFileSync(log, `${call('chatgpt.com')}garbage\n${call('www.example.org')}`);
    await custos('assess', repository);
    const shown = await custos('scan', repository, '--logs', log, '--record');
    expect(shown.out).toMatch(/Called, by .*access\.log \(1\).*1 not understood.*endpoint:chatgpt\.com/s);
    expect(shown.out).not.toContain('ann');
    expect((await custos('triage', '--dir', repository)).out).toContain('shadow\tendpoint:chatgpt.com');
    expect(
      await custos('triage', 'endpoint:chatgpt.com', '--reject', ...by, '--dir', repository),
    ).toMatchObject({
      code: 0,
    });
    expect((await custos('scan', repository)).out).toContain('✕ rejected (1)');
    expect(await custos('scan', repository, '--logs', 'nowhere.log')).toMatchObject({ code: 2 });
  });

  it('finds in history what was deleted', async () => {
    const git = (...words: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words], {
        cwd: repository,
        stdio: 'ignore',
      });
    const key = `sk-proj-${'aB3dE5fG7hJ9'.repeat(4)}`;
    put('bot.py', `client = OpenAI(api_key="${key}")\n${PROGRAM}`);
    git('init', '-q');
    git('add', '.');
    git('commit', '-qm', 'one');
    put('bot.py', PROGRAM);
    git('commit', '-qam', 'two');
    expect((await custos('scan', repository)).out).not.toContain('secrets/');
    const done = await custos('scan', repository, '--history');
    expect(done.code).toBe(1);
    expect(done.out).toMatch(/secrets\/.* to [0-9a-f]{10} /);
    expect(done.out).not.toContain(key);
    expect(await custos('scan', repository, '--history', '--diff', 'HEAD')).toMatchObject({ code: 2 });
    git('archive', '-o', '../bot.tar.gz', 'HEAD');
    expect((await custos('scan', join(home, 'bot.tar.gz'))).out).toContain('model:gpt-4o-2024-08-06');
  });

  it.each([
    ['a decision without a reason', ['*', '--approve'], /--reason/],
    ['two decisions at once', ['*', '--approve', '--reject', ...by], /cannot be used with/],
    ['no decision', ['*', ...by], /--approve, --reject or --not-ai/],
    ['an asset that is not there', ['model:gpt-4p*', '--reject', ...by], /no asset that the scan found/],
  ])('%s ends with 2', async (_name, words, says) => {
    put('custos.yaml', DECLARATION);
    put('bot.py', PROGRAM);
    const done = await custos('triage', ...words, '--dir', repository);
    expect(done.code).toBe(2);
    expect(done.err).toMatch(says);
  });
});

it('README shows what the command prints', async () => {
  const root = fileURLToPath(new URL('../', import.meta.url));
  const shown = /```console\n\$ custos ([^\n]+)\n(.*?)```/s.exec(
    readFileSync(join(root, 'README.md'), 'utf8'),
  );
  const [verb = '', dir = '', ...options] = shown?.[1]?.split(' ') ?? [];
  const { out } = await custos(verb, join(root, dir), ...options);
  expect(out.startsWith(shown?.[2]?.trimEnd() ?? 'nothing'), `README.md differs from\n${out}`).toBe(true);
});
