/** A poorly documented component from score to public page, by the built command line alone; each step moves the duty that it is for. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { runCli } from './run-cli.ts';

const COMPONENT = 'component:pypi/transformers';

let home: string;
let repository: string;
let server: Server;

const custos = (...words: string[]) => runCli(home, words, repository);

const Assessed = z.object({
  provisions: z.array(
    z.object({
      duties: z.array(z.object({ id: z.string(), verdict: z.string(), reasons: z.array(z.unknown()) })),
    }),
  ),
});

async function verdict(...duties: string[]): Promise<string[]> {
  const { out, err } = await custos('assess', '.', '--format', 'json', '--quiet');
  const found = Assessed.parse(JSON.parse(out === '' ? `"${err}"` : out)).provisions.flatMap(
    (item) => item.duties,
  );
  return duties.map((id) => found.find((duty) => duty.id === id)?.verdict ?? 'missing');
}

function put(name: string, text: string): string {
  writeFileSync(join(repository, name), text);
  return name;
}

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'custos-components-'));
  repository = join(home, 'bot');
  await mkdir(repository);
  put('requirements.txt', 'transformers==4.50.0\n');
  put('app.py', 'import transformers\n');
  put(
    'custos.yaml',
    `id: support-bot
name: Support bot
purpose: Answers customers about their orders and returns
phase: deployment
use: { inputs: [text], outputs: [text], exposure: public }
roles:
  developer: [dev@example.org]
  system_operator: [ops@example.org]
  organisation: [ciso@example.org]
`,
  );
  server = createServer((request, response) => {
    if (request.url === '/private') response.writeHead(401).end('sign in');
    else
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(readFileSync(join(home, 'page/index.html')));
  });
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done);
  });
});

afterAll(() => {
  server.close();
  rmSync(home, { recursive: true, force: true });
});

it('a score below the line makes 5.2.3-2 apply, and says which parts are missing', async () => {
  expect(await verdict('5.2.3-2/a')).not.toContain('pass');
  const scored = await custos('component', 'score');
  expect(scored.code).toBe(0);
  expect(scored.out).toContain('no   documentation: licence (no licence is named)');
  expect(scored.out).toContain('yes  security: pinned (fixed at 4.50.0)');
  const list = await custos('component', 'list');
  expect(list.code).toBe(1);
  expect(list.out).toContain('documentation 0 %, security 16 %: below the line of 60 %');
  const facts = put('facts.yaml', 'component:pypi/transformer: { licences: [MIT] }\n');
  const slip = await custos('component', 'score', '--facts', facts, '--no-record');
  expect([slip.code, slip.err]).toEqual([2, expect.stringContaining(`Did you mean ${COMPONENT}?`)]);
  expect(list.out).toContain('needs a risk assessment, a justification');
  expect(await verdict('5.2.3-2/a', '5.2.3-2.1/a')).toEqual(['inconclusive', 'inconclusive']);
}, 60_000);

it('nobody without the role can justify', async () => {
  const { code, err } = await custos(
    'component',
    'justify',
    COMPONENT,
    '--by',
    'dev@example.org',
    '--control',
    'CTL-1',
    '--rationale',
    'No other library reads this format',
    '--risk',
    'Loads code from the model repository',
  );
  expect(code).toBe(2);
  expect(err).toContain('dev@example.org is not named as system_operator');
  const silent = await custos('component', 'justify', COMPONENT, '--by', 'ops@example.org');
  expect([silent.code, silent.err]).toEqual([2, expect.stringContaining('or --file')]);
  const said = [
    '--by',
    'ops@example.org',
    '--control',
    'CTL-1',
    '--rationale',
    'No other library reads this format',
    '--risk',
  ];
  const refused = async (...words: string[]) => {
    const done = await custos('component', 'justify', 'transformers', ...said, ...words);
    expect([done.code, done.out]).toEqual([2, '']);
    return done.err;
  };
  const risk = 'Loads code from the model repository';
  expect(await refused(risk)).toContain(`Did you mean ${COMPONENT}?`);
  const justify = async (...words: string[]) => {
    const done = await custos('component', 'justify', COMPONENT, ...said, ...words);
    expect([done.code, done.out]).toEqual([2, '']);
    return done.err;
  };
  expect(await justify(risk, '--expires', 'soon')).toContain('--expires "soon" is no time');
  expect(await justify(risk, '--assessor', 'dev@example.org')).toContain('--file with an `assessment`');
  expect(await justify(' '.repeat(40))).toContain('must say something');
  const wrong = await custos('component', 'justify', 'component:pypi/transformer', '--by', 'ops@example.org');
  expect(wrong.err).toContain('Did you mean component:pypi/transformers?');
}, 60_000);

it('justified and approved, 5.2.3-2/a passes', async () => {
  const file = put(
    'justification.yaml',
    `rationale: No other library reads the tokenizer of this model
riskAssessment: It can load code from a model repository, so weights of strangers could run on our servers
controls: [CTL-1]
expires: '2099-01-01T00:00:00Z'
assessment:
  aiRisks: Loads weights by unsafe deserialisation and remote code of repositories
  dueDiligence: Licence, release history and open advisories were read in May
  process: third-party intake
  conclusion: accepted_with_controls
`,
  );
  const justified = await custos(
    'component',
    'justify',
    COMPONENT,
    '--by',
    'ops@example.org',
    '--file',
    file,
    '--assessor',
    'dev@example.org',
  );
  expect(justified.err).toContain('Still demanded: an approval of the justification.');
  expect(await verdict('5.2.3-2/a')).toEqual(['inconclusive']);
  const reason = 'Read together with the security team';
  const approve = (...words: string[]) =>
    custos('component', 'approve', COMPONENT, '--by', 'ciso@example.org', '--reason', reason, ...words);
  expect((await approve('--reject')).code).toBe(0);
  const rejected = await custos('component', 'list');
  expect([rejected.code, rejected.out]).toEqual([
    1,
    expect.stringMatching(/approval .*\(that of .* rejects it\)/),
  ]);
  expect(await verdict('5.2.3-2/a')).toEqual(['fail']);
  const approved = await approve();
  expect([approved.code, approved.err]).toEqual([0, expect.stringContaining('No other library reads')]);
  expect(await verdict('5.2.3-2/a')).toEqual(['pass']);
  expect((await custos('component', 'list')).code).toBe(0);
}, 60_000);

it('with a control that acts and a risk that is treated, 5.2.3-2.1 and 5.1.2-4/a pass', async () => {
  expect(await verdict('5.2.3-2.1/a', '5.2.3-2.1/b', '5.1.2-4/a')).not.toContain('pass');
  const now = new Date().toISOString();
  const document = [
    {
      type: 'control-status',
      producer: { name: 'loader-test', version: '1.0' },
      content: {
        control: 'CTL-1',
        kind: 'compensating',
        assets: [COMPONENT],
        risks: ['R-1'],
        active: true,
        verifiedAt: now,
        method: 'the loader refused a pickle file',
      },
    },
    {
      type: 'risk-register',
      actor: { id: 'dev@example.org', role: 'developer' },
      content: {
        risks: [
          {
            id: 'R-1',
            title: 'Unsafe loader',
            category: 'supply_chain',
            assets: [COMPONENT],
            level: 'high',
            residual: 1,
            owner: 'dev@example.org',
            ownerParty: 'internal',
            treatment: 'mitigate',
            controls: ['CTL-1'],
          },
        ],
        tolerance: 5,
        reviewedAt: now,
      },
    },
  ];
  expect((await custos('observe', put('controls.json', JSON.stringify(document)))).code).toBe(0);
  expect(await verdict('5.2.3-2.1/a', '5.2.3-2.1/b', '5.1.2-4/a')).toEqual(['pass', 'pass', 'pass']);
}, 60_000);

it('the published page is checked without an account, and 5.2.3-2.2 passes', async () => {
  expect((await custos('component', 'page', '--out', join(home, 'page'))).code).toBe(0);
  const address = server.address();
  const base = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const axeOf = (url: string) =>
    put(
      'axe.json',
      JSON.stringify({
        testEngine: { name: 'axe-core', version: '4.11.0' },
        url,
        timestamp: new Date().toISOString(),
        passes: [{ id: 'document-title' }],
        violations: [],
      }),
    );
  const axe = axeOf(`${base}/private`);
  const closed = await custos('component', 'check-page', `${base}/private`, '--axe', axe);
  expect(closed.code).toBe(1);
  expect(closed.err).toContain('answered 401');
  expect(await verdict('5.2.3-2.2/a')).toEqual(['fail']);
  const other = await custos('component', 'check-page', `${base}/`, '--axe', axe);
  expect([other.code, other.out]).toEqual([2, '']);
  expect(other.err).toContain(`looked at ${base}/private`);
  expect(other.err).toContain(`the page that was fetched is ${base}/`);
  const open = await custos('component', 'check-page', `${base}/`, '--axe', axeOf(`${base}/`));
  expect(open.err).toContain('shows the justifications without signing in; 0 accessibility violations');
  expect(open.code).toBe(0);
  await custos(
    'attest',
    '5.2.3-2.2/b',
    '--role',
    'system_operator',
    '--by',
    'ops@example.org',
    '--statement',
    'Two customers read the page and could say what it means',
  );
  expect(await verdict('5.2.3-2.2/a', '5.2.3-2.2/b')).toEqual(['pass', 'pass']);
}, 60_000);

it('a bill is recorded under the digest that a release names', async () => {
  const made = await custos('bom', '.', '--out', join(home, 'bom.json'), '--record', '--quiet');
  expect(made.code).toBe(0);
  const digest = /sha256:[0-9a-f]{64}/.exec(made.err)?.[0];
  const imported = await custos('bom', 'import', join(home, 'bom.json'));
  expect(imported.err).toContain(digest);
  const validated = await custos('bom', 'validate', join(home, 'bom.json'));
  expect(validated.out).toContain('CycloneDX 1.7, valid');
  writeFileSync(join(home, 'broken.json'), '{"bomFormat":"CycloneDX","specVersion":"1.7","components":[{}]}');
  const broken = await custos('bom', 'validate', join(home, 'broken.json'));
  expect([broken.code, broken.out]).toEqual([
    1,
    expect.stringContaining("/components/0 must have required property 'type'"),
  ]);
}, 60_000);
