/** The page of published hashes: what it says is what was signed, everybody can read it, and a forged one is told. */
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ModelTrust, signModel } from '@custos/trust';
import { chromium } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { describeSigner } from './describe-signer.ts';
import { buildHashPage, type HashPage } from './hash-page.ts';
import { publishedHashesStatement } from './published-hashes.ts';
import { loadHashPage, parseHashPage, verifyHashPage } from './read-hash-page.ts';

const work = mkdtempSync(join(tmpdir(), 'custos-page-'));
const model = join(work, 'm <b>&"');
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const key = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const trust: ModelTrust = {
  kind: 'key',
  key: pair.publicKey.export({ type: 'spki', format: 'pem' }).toString(),
};
const NAMES = [
  'weights.bin',
  'sub/<script>alert(1)<\u002fscript>',
  'line\nfeed',
  'back\\slash',
  '\u202egnp.exe',
];
let page: HashPage;
let html = '';

beforeAll(async () => {
  mkdirSync(join(model, 'sub/<script>alert(1)<'), { recursive: true });
  for (const name of NAMES) writeFileSync(join(model, name), name);
  const { bundle } = await signModel(model, { signer: { kind: 'key', key } });
  page = buildHashPage(bundle, describeSigner(bundle));
  html = String(page.files.get('index.html'));
});
afterAll(() => rmSync(work, { recursive: true }));

const problems = async (text: string, withTrust: ModelTrust = trust) => {
  const read = parseHashPage(text, 'page');
  const found = await verifyHashPage(model, read, { trust: withTrust });
  expect(found.valid).toBe(found.problems.length === 0);
  return found.problems.map(({ code, where }) => `${code} ${where}`);
};

describe('a page of published hashes', () => {
  it('verifies from HTML and JSON alike', async () => {
    expect(await problems(html)).toEqual([]);
    expect(await problems(String(page.files.get('hashes.json')))).toEqual([]);
  });

  it('needs nothing from elsewhere, and runs nothing', () => {
    expect(html).not.toMatch(/(?:src|href)="(?!data:)/);
    expect(html).toContain("default-src 'none'");
    expect(html.match(/<script/g)).toHaveLength(1);
    expect(html).not.toContain('\u202e');
  });

  it('is the same each time', () => {
    const again = buildHashPage(
      Buffer.from(page.files.get('model.sig') ?? ''),
      describeSigner(Buffer.from(page.files.get('model.sig') ?? '')),
    );
    expect(again.files).toEqual(page.files);
  });

  it('has sums that sha256sum reads', () => {
    if (spawnSync('sha256sum', ['--version']).error) return;
    writeFileSync(join(work, 'SHA256SUMS'), page.files.get('SHA256SUMS') ?? '');
    const done = spawnSync('sha256sum', ['-c', '--strict', '--quiet', join(work, 'SHA256SUMS')], {
      cwd: model,
    });
    expect([done.status, done.stdout.toString()]).toEqual([0, '']);
  });

  it('is told from one that shows other hashes, lists others, or is signed by somebody else', async () => {
    const [hash] = /[0-9a-f]{64}(?=<\/code><\/td>)/.exec(html) ?? [''];
    const other = hash.replace(/^./, (c) => (c === '0' ? '1' : '0'));
    expect(await problems(html.replace(`<td><code>${hash}`, `<td><code>${other}`))).toEqual([
      'FILE_CHANGED hash page',
    ]);
    expect(await problems(html.replace('<tbody>', '<tbody><tr><th>new.bin</th><td>00</td></tr>'))).toEqual([
      'FILE_CHANGED hash page',
    ]);
    expect(await problems(html.replaceAll(hash, other))).toEqual(['FILE_CHANGED hash page']);
    const json = String(page.files.get('hashes.json'));
    expect(await problems(json.replace(hash, other))).toEqual(['FILE_CHANGED hash page']);
    expect(await problems(json.replace('"model": "m ', '"model": "n '))).toEqual(['FILE_CHANGED hash page']);
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
      type: 'spki',
      format: 'pem',
    });
    expect(await problems(html, { kind: 'key', key: stranger.toString() })).toEqual([
      'UNKNOWN_KEY verificationMaterial.publicKey.hint',
    ]);
  });

  it('refuses what is no such page', async () => {
    for (const text of [
      '',
      '<html>',
      '{}',
      '[]',
      '{"format":"custos-hash-page/2"}',
      html + html,
      html.replace('{"format"', '{"format":"x","format"'),
    ])
      expect(() => parseHashPage(text, 'page')).toThrow(expect.objectContaining({ code: 'HASH_PAGE' }));
    await expect(loadHashPage(work)).rejects.toThrow(/no file/);
    if (spawnSync('mkfifo', [join(work, 'pipe')]).status === 0)
      await expect(loadHashPage(join(work, 'pipe'))).rejects.toThrow(/no file/);
    await expect(loadHashPage(join(work, 'nothing'))).rejects.toThrow(/can't be read/);
  });

  it('is read in time that grows as it does, whatever is in it', () => {
    const read = parseHashPage(html.replace('<tbody>', '<tbody>'.repeat(60_000)), 'page');
    expect(read.problems).toHaveLength(1);
  }, 2_000);

  it('refuses signatures that others could not recompute with sha256sum', async () => {
    const { bundle } = await signModel(model, { signer: { kind: 'key', key }, shardSize: 10 });
    expect(() => buildHashPage(bundle, '')).toThrow(/whole files with SHA-256/);
  });

  it('whose signature is over another hash is told, and its hashes are never recorded as SHA-256', async () => {
    const { bundle, manifest } = await signModel(model, { signer: { kind: 'key', key }, hashType: 'blake3' });
    const files = manifest.resources.map(({ name, digest }) => ({ name, sha256: digest }));
    const document = { ...page.document, files, signature: JSON.parse(bundle.toString()) };
    const read = parseHashPage(JSON.stringify(document), 'page');
    const found = await verifyHashPage(model, read, { trust });
    expect(found.problems.map(({ code, where }) => `${code} ${where}`)).toEqual(['FILE_CHANGED hash page']);
    expect(found.problems[0]?.message).toContain('blake3');
    const about = { place: 'page', addresses: [], filesFrom: undefined, now: '2026-11-21T12:00:00Z' };
    const { content } = publishedHashesStatement(read.document, found, about).predicate;
    expect(content).toMatchObject({ signatureVerified: false });
    expect(JSON.stringify(content)).not.toContain('recomputed');
  });

  it('is fetched from an address when the user gives one', async () => {
    const server = createServer((request, response) => {
      const to: Record<string, string> = {
        '/moved': `http://127.0.0.1:${request.socket.localPort}/page`,
        '/circle': '/circle',
        '/file': 'file:///etc/passwd',
      };
      const location = to[request.url ?? ''];
      if (location !== undefined) response.setHeader('location', location);
      response.statusCode = request.url === '/page' ? 200 : location === undefined ? 404 : 302;
      response.end(html);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    try {
      const address = server.address();
      const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
      expect(await loadHashPage(`${base}/page`)).toEqual({
        document: page.document,
        problems: [],
        addresses: [`${base}/page`],
      });
      await expect(loadHashPage(`${base}/other`)).rejects.toThrow(/HTTP 404/);
      const port = new URL(base).port;
      const moved = await loadHashPage(`http://localhost:${port}/moved`);
      expect(moved.addresses).toEqual([`http://localhost:${port}/moved`, `${base}/page`]);
      await expect(loadHashPage(`${base}/circle`)).rejects.toThrow(/redirected more than 5 times/);
      await expect(loadHashPage(`${base}/file`)).rejects.toThrow(/leads to file:/);
    } finally {
      server.close();
    }
  });
});

it('becomes an observation with what the checker computed', async () => {
  const about = {
    place: 'https://models.example.org/hashes',
    addresses: ['https://models.example.org/hashes'],
    filesFrom: 'https://cdn.example.net/m.tar',
    now: '2026-11-21T12:00:00Z',
  };
  const read = parseHashPage(html, 'page');
  writeFileSync(join(model, 'weights.bin'), 'other');
  try {
    const changed = publishedHashesStatement(
      read.document,
      await verifyHashPage(model, read, { trust }),
      about,
    );
    expect(changed.predicate.content).toMatchObject({
      signed: true,
      signatureVerified: true,
      independentChannel: true,
    });
    const { files } = z
      .object({
        files: z.array(
          z.object({ name: z.string(), published: z.string(), recomputed: z.string().optional() }),
        ),
      })
      .parse(changed.predicate.content);
    expect(files.filter((file) => file.published !== file.recomputed).map(({ name }) => name)).toEqual([
      'weights.bin',
    ]);
  } finally {
    writeFileSync(join(model, 'weights.bin'), 'weights.bin');
  }
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({
    type: 'spki',
    format: 'pem',
  });
  const unknown = await verifyHashPage(model, read, { trust: { kind: 'key', key: stranger.toString() } });
  expect(
    publishedHashesStatement(read.document, unknown, { ...about, filesFrom: undefined }).predicate.content,
  ).toMatchObject({
    signatureVerified: false,
    independentChannel: false,
  });
});

describe('files count as from another channel than their page', () => {
  const independent = (filesFrom: string | undefined, ...addresses: string[]) => {
    const found = { signer: 'k', problems: [], digests: new Map() };
    const about = { place: addresses[0] ?? 'page', addresses, filesFrom, now: '2026-11-21T12:00:00Z' };
    const { predicate } = publishedHashesStatement(page.document, found, about);
    return z.object({ independentChannel: z.boolean() }).parse(predicate.content).independentChannel;
  };
  const PAGE = 'https://models.example.org/hashes';

  it.each([
    ['https://cdn.example.net/m.tar', PAGE],
    ['http://huggingface.co/m', PAGE],
    ['https://cdn.example.net:8443/m.tar', PAGE, 'https://www.example.org/hashes'],
  ])('from %s, page at %s', (from, ...addresses) => {
    expect(independent(from, ...addresses)).toBe(true);
  });

  it.each<[string | undefined, ...string[]]>([
    [undefined, PAGE],
    ['', PAGE],
    ['https://cdn.example.net/m.tar'],
    ['https://models.example.org/m.tar', PAGE],
    ['http://models.example.org:8080/m.tar', PAGE],
    ['https://MODELS.example.ORG./m.tar', PAGE],
    ['https://cdn.example.org/m.tar', PAGE],
    ['https://a@models.example.org/m.tar', PAGE],
    ['models.example.org/m.tar', PAGE],
    ['cdn.example.net/m.tar', PAGE],
    ['cdn.example.net:443/m.tar', PAGE],
    ['//cdn.example.net/m.tar', PAGE],
    ['ftp://cdn.example.net/m.tar', PAGE],
    ['file:///mnt/m.tar', PAGE],
    ['https://192.0.2.7/m.tar', PAGE],
    ['https://0xC0000207/m.tar', PAGE],
    ['https://[2001:db8::7]/m.tar', PAGE],
    ['https://cdn/m.tar', PAGE],
    ['https://cdn.example.net/m.tar', 'https://192.0.2.7/hashes'],
    ['https://cdn.example.net/m.tar', PAGE, 'https://www.example.net/hashes'],
    ['https://cdn.example.net/m.tar', 'page/index.html'],
  ])('not from %s, page at %s', (from, ...addresses) => {
    expect(independent(from, ...addresses)).toBe(false);
  });
});

const CHROMIUM = '/usr/bin/chromium';
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

describe.skipIf(!existsSync(CHROMIUM))(`accessibility (needs ${CHROMIUM})`, () => {
  it('has no violation in light and dark, wide and narrow', async () => {
    const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    try {
      for (const colorScheme of ['light', 'dark'] as const)
        for (const width of [1280, 360]) {
          const context = await browser.newContext({
            colorScheme,
            bypassCSP: true,
            viewport: { width, height: 900 },
          });
          const tab = await context.newPage();
          await tab.setContent(html);
          await tab.evaluate(axe);
          expect(
            await tab.evaluate(
              `axe.run(document, { runOnly: ${JSON.stringify(TAGS)} }).then((r) => r.violations.map((v) => v.id + v.nodes[0].html))`,
            ),
          ).toEqual([]);
          await context.close();
        }
    } finally {
      await browser.close();
    }
  });
});
