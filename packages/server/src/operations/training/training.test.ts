/** Training through the API: who may do what, what is never told, what is lost by no import, and which duties move. */
import {
  acknowledgePolicy,
  addModule,
  type CallOf,
  confirmStaff,
  decideThreat,
  exportCompletions,
  exportStaff,
  getAwarenessPolicy,
  getMyTraining,
  getProgramme,
  getTeam,
  getTrainingModule,
  importCompletions,
  importStaff,
  listThreats,
  type Operation,
  Problem,
  putAwarenessPolicy,
  putProgramme,
  type ResultOf,
  recordThreat,
  takeQuiz,
} from '@custos/contract';
import { DAY } from '@custos/core';
import {
  actEntry,
  asOrganisation,
  DEFAULT_CURRICULA,
  importCompletions as importInto,
  peopleEntry,
  readCsv,
} from '@custos/engine';
import { changeSetting } from '@custos/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, PEOPLE, type PersonName, type World } from '../../testing/world.ts';

const acme = { organisation: 'acme' };
const chatbot = { organisation: 'acme', system: 'chatbot' };
const ACME = (Object.keys(PEOPLE) as PersonName[]).filter((who) => PEOPLE[who].organisation === 'acme');
const START = Date.now();
let now = START;
let world: World;

beforeAll(async () => {
  // Each look at the clock is a moment later, so that nothing has the same time by chance.
  world = await openWorld({ clock: { now: () => new Date(++now).toISOString() } });
}, 120_000);
afterAll(() => world.close());

async function get<O extends Operation>(who: PersonName, op: O, call: CallOf<O>): Promise<ResultOf<O>> {
  const response = await world.call(who, op, call);
  const text = await response.text();
  expect(response.status, text).toBeLessThan(300);
  const value: unknown = op.mediaType || text === '' ? text : JSON.parse(text);
  return op.response?.parse(value) as ResultOf<O>;
}

async function refused<O extends Operation>(
  who: PersonName,
  op: O,
  call: CallOf<O>,
  headers: Record<string, string> = {},
): Promise<{ status: number; detail: string }> {
  const response = await world.call(who, op, call, headers);
  const problem = Problem.parse(await response.json());
  return { status: response.status, detail: problem.detail };
}

async function verdicts(): Promise<Record<string, string>> {
  const { assessment } = await world.service.assessor.current(chatbot);
  return Object.fromEntries(
    assessment.provisions
      .flatMap(({ duties }) => duties)
      .filter(({ id }) => id.startsWith('5.1.1-'))
      .map(({ id, verdict }) => [id, verdict]),
  );
}

const settings = { passShare: 0.8, attemptsPerDay: 3, pauseMinutes: 10 };
const curricula = DEFAULT_CURRICULA.map((one) => ({ ...one, modules: [...one.modules] }));

async function putInForce(version: number, more: Partial<typeof settings> = {}) {
  return world.call(
    'administrator',
    putProgramme,
    { params: acme, body: { curricula, ...settings, ...more } },
    { 'if-match': `"${version}"` },
  );
}

/** What is right, from the files that only the server has. */
function answersTo(module: string): Record<string, number[]> {
  const found = world.service.training.find(({ id }) => id === module);
  return Object.fromEntries(
    (found?.questions ?? []).map(({ id, choices }) => [
      id,
      choices.flatMap(({ correct }, at) => (correct ? [at] : [])),
    ]),
  );
}

function wrongAnswersTo(module: string): Record<string, number[]> {
  const found = world.service.training.find(({ id }) => id === module);
  return Object.fromEntries(
    (found?.questions ?? []).map(({ id, choices }) => [id, [choices.findIndex(({ correct }) => !correct)]]),
  );
}

describe('before there is a programme', () => {
  test('one is proposed, nothing is asked of anybody, and no completion can be imported', async () => {
    const programme = await get('viewer', getProgramme, { params: acme });
    expect(programme).toMatchObject({ inForce: false, passShare: 0.8 });
    expect(programme.modules).toHaveLength(world.service.training.length);
    expect((await get('developer', getMyTraining, { params: acme })).modules).toEqual([]);
    const body = { format: 'csv' as const, text: 'person', source: 'lms.csv' };
    expect(await refused('administrator', importCompletions, { params: acme, body })).toMatchObject({
      status: 422,
    });
    expect((await verdicts())['5.1.1-1/b']).toBe('inconclusive');
  });
});

describe('training.put-programme', () => {
  test('403 for everybody but administrators', async () => {
    for (const who of ACME.filter((one) => one !== 'administrator')) {
      const call = { params: acme, body: { curricula, ...settings } };
      expect((await refused(who, putProgramme, call, { 'if-match': '"0"' })).status).toBe(403);
    }
  });
  test('422 for a module that is not there, with the nearest name', async () => {
    const body = {
      curricula: [
        { role: 'staff', modules: ['poisonin'], rationale: 'Everybody should know about poisoning' },
      ],
      ...settings,
    };
    const { status, detail } = await refused(
      'administrator',
      putProgramme,
      { params: acme, body },
      { 'if-match': '"0"' },
    );
    expect([status, detail]).toEqual([422, expect.stringContaining('Did you mean poisoning?')]);
  });
  test('it is in force, the next review is set, and the duty of review holds', async () => {
    expect((await putInForce(0)).status).toBe(200);
    const programme = await get('viewer', getProgramme, { params: acme });
    expect(programme.inForce).toBe(true);
    expect(programme.nextReviewAt).toBeDefined();
    expect(await verdicts()).toMatchObject({ '5.1.1-1/a': 'inconclusive', '5.1.1-1/b': 'pass' });
  });
  test('412 for whoever read an older one', async () => {
    expect((await putInForce(0)).status).toBe(412);
  });
});

describe('training.module', () => {
  test('says nothing of what is right', async () => {
    for (const { id, questions } of world.service.training) {
      const response = await world.call('viewer', getTrainingModule, { params: { ...acme, module: id } });
      const text = await response.text();
      expect(text).not.toContain('"correct"');
      for (const { explanation } of questions) expect(text).not.toContain(JSON.stringify(explanation));
      expect(JSON.parse(text).questions).toHaveLength(questions.length);
    }
  });
  test('404 for a module that the programme does not have', async () => {
    const call = { params: { ...acme, module: 'no-such-module' } };
    expect((await refused('viewer', getTrainingModule, call)).status).toBe(404);
  });
});

describe('training.take-quiz', () => {
  const module = 'ai-security-basics';
  const call = (answers: Record<string, number[]>, version = '1') => ({
    params: { ...acme, module },
    body: { version, answers },
  });

  test('a failed attempt tells what was wrong, not what is right; the next one waits', async () => {
    const outcome = await get('viewer', takeQuiz, call(wrongAnswersTo(module)));
    expect(outcome).toMatchObject({ passed: false, attempts: { left: 2 } });
    expect(outcome.questions.every(({ right, answer }) => !right && answer === undefined)).toBe(true);
    const again = await refused('viewer', takeQuiz, call(answersTo(module)));
    expect(again).toMatchObject({
      status: 429,
      detail: expect.stringContaining(outcome.attempts.from ?? '?'),
    });
    expect((await get('viewer', getMyTraining, { params: acme })).modules[0]?.state).toBe('failed');
  });
  test('after the pause it counts, for oneself only', async () => {
    now += 11 * 60_000;
    const outcome = await get('viewer', takeQuiz, call(answersTo(module)));
    expect(outcome).toMatchObject({ passed: true, score: 1 });
    expect(outcome.questions.every(({ answer }) => answer !== undefined)).toBe(true);
    const state = async (who: PersonName) =>
      (await get(who, getMyTraining, { params: acme })).modules.find((one) => one.module === module)?.state;
    expect(await state('viewer')).toBe('passed');
    expect(await state('auditor')).toBe('due');
  });
  test('422 when somebody names another person, as there is no such field', async () => {
    const body = { version: '1', answers: answersTo(module), person: world.address('auditor') };
    const response = await world.send(
      'developer',
      `/api/v1/organisations/acme/training/modules/${module}/attempts`,
      {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      },
    );
    expect(response.status).toBe(422);
  });
  test('422 for an attempt that leaves a question out', async () => {
    expect((await refused('developer', takeQuiz, call({}))).status).toBe(422);
  });
  test('409 for another version than the one in force', async () => {
    expect((await refused('developer', takeQuiz, call(answersTo(module), '0'))).status).toBe(409);
  });
  test('two attempts at once are one attempt', async () => {
    const both = await Promise.all([
      world.call('auditor', takeQuiz, call(wrongAnswersTo(module))),
      world.call('auditor', takeQuiz, call(wrongAnswersTo(module))),
    ]);
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([201, 429]);
  });
  test('a third failure in a day ends the day’s attempts', async () => {
    for (const left of [1, 0]) {
      now += 11 * 60_000;
      const outcome = await get('auditor', takeQuiz, call(wrongAnswersTo(module)));
      expect(outcome.attempts.left).toBe(left);
    }
    now += 11 * 60_000;
    expect((await refused('auditor', takeQuiz, call(answersTo(module)))).status).toBe(429);
  });
});

describe('staff.import', () => {
  const scope = 'Everybody with an account, contractors too';
  const joined = new Date(START - 100 * DAY).toISOString();
  const register = () =>
    [
      'person,roles,active,joined_at,commits_code',
      ...ACME.map((who) => `${world.address(who)},staff,yes,${joined},${who === 'developer' ? 'yes' : 'no'}`),
    ].join('\n');

  test('issues are told by line and field, and a register with an issue is not taken', async () => {
    const text = `${register()}\nnot-an-address,staff,yes,${joined},no\nx@acme.example,,maybe,yesterday,no\n${world.address('viewer')},staff,yes,${joined},no`;
    const report = await get('administrator', importStaff, { params: acme, body: { text, scope } });
    expect(report.applied).toBe(false);
    expect(report.issues.map(({ line, field }) => [line, field])).toEqual([
      [9, 'person'],
      [10, 'roles'],
      [10, 'active'],
      [10, 'joined_at'],
      [11, 'person'],
    ]);
    expect((await get('administrator', getTeam, { params: acme })).register).toBeUndefined();
  });
  test('422 for a column that nobody knows', async () => {
    const body = { text: 'person,role\na@b.example,staff', scope };
    expect(await refused('administrator', importStaff, { params: acme, body })).toMatchObject({
      status: 422,
      detail: expect.stringContaining('Did you mean roles?'),
    });
  });
  test('409 when there is nothing to confirm', async () => {
    expect((await refused('administrator', confirmStaff, { params: acme })).status).toBe(409);
  });
  test('a register without issues is recorded, and can be taken out and in again', async () => {
    const report = await get('administrator', importStaff, {
      params: acme,
      body: { text: register(), scope },
    });
    expect(report).toMatchObject({ applied: true, good: ACME.length });
    const csv = await get('auditor', exportStaff, { params: acme });
    const again = await get('administrator', importStaff, { params: acme, body: { text: csv, scope } });
    expect(again).toMatchObject({ applied: true, good: ACME.length });
    await get('administrator', confirmStaff, { params: acme });
  });
  test('403 for the team view without the right, and for members of others 404', async () => {
    expect((await refused('developer', getTeam, { params: acme })).status).toBe(403);
    expect((await refused('stranger', getTeam, { params: acme })).status).toBe(404);
  });
});

describe('training.import-completions', () => {
  const at = () => new Date(START - DAY).toISOString();
  const line = (who: string, module: string) => `${who},${module},${at()},passed`;
  const csv = (...lines: string[]) => ['person,module,completed_at,passed', ...lines].join('\r\n');
  const body = (text: string, more: object = {}) => ({
    format: 'csv' as const,
    text,
    source: 'lms.csv',
    ...more,
  });

  test('hostile lines are told, none is lost, and nothing is taken unless asked', async () => {
    const text = csv(
      line(world.address('viewer'), 'poisoning'),
      line('=HYPERLINK("http://evil.example")'.replaceAll('"', ''), 'poisoning'),
      line('nobody@acme.example', 'poisoning'),
      line(world.address('viewer'), 'ghost'),
      `${world.address('viewer')},poisoning,2999-01-01T00:00:00Z,passed`,
      `${world.address('viewer')},poisoning,${at()},perhaps`,
      `${world.address('viewer')},poisoning,${at()},passed,more`,
    );
    const report = await get('administrator', importCompletions, { params: acme, body: body(text) });
    expect(report).toMatchObject({ applied: false, good: 1 });
    expect(report.issues.map(({ line: number }) => number)).toEqual([3, 4, 5, 6, 7, 8]);
    expect(report.good + new Set(report.issues.map((one) => one.line)).size).toBe(7);
    const partial = await get('administrator', importCompletions, {
      params: acme,
      body: body(text, { partial: true }),
    });
    expect(partial).toMatchObject({ applied: true, good: 1, existing: 0 });
    const again = await get('administrator', importCompletions, {
      params: acme,
      body: body(text, { partial: true }),
    });
    expect(again).toMatchObject({ applied: true, existing: 1 });
  });
  test('nobody imports that they completed something themselves', async () => {
    const text = csv(line(world.address('administrator').toUpperCase(), 'poisoning'));
    const report = await get('administrator', importCompletions, { params: acme, body: body(text) });
    expect(report).toMatchObject({ applied: false, good: 0 });
    expect(report.issues.map(({ message }) => message)).toEqual([expect.stringContaining('is you')]);
  });
  test('xAPI: statements are taken or told by number', async () => {
    const statement = (more: object) => ({
      actor: { mbox: `mailto:${world.address('viewer').toUpperCase()}` },
      verb: { id: 'http://adlnet.gov/expapi/verbs/passed' },
      object: { id: 'https://lms.example/courses/supply-chain' },
      timestamp: at(),
      ...more,
    });
    const text = JSON.stringify({
      statements: [
        statement({}),
        statement({ verb: { id: 'http://adlnet.gov/expapi/verbs/launched' } }),
        statement({ verb: { id: 'http://adlnet.gov/expapi/verbs/completed' } }),
        statement({ actor: { name: 'No address' } }),
        statement({ timestamp: undefined }),
      ],
    });
    const report = await get('administrator', importCompletions, {
      params: acme,
      body: { format: 'xapi', text, source: 'lrs.json', partial: true },
    });
    expect(report).toMatchObject({ applied: true, good: 1 });
    expect(report.issues.map(({ line: number, field }) => [number, field])).toEqual([
      [2, 'verb.id'],
      [3, 'result.success'],
      [4, 'actor.mbox'],
      [5, 'timestamp'],
    ]);
  });
  test('422 for what is no CSV, and no JSON', async () => {
    for (const given of [body('person,module\n"open'), { ...body('{'), format: 'xapi' as const }])
      expect((await refused('administrator', importCompletions, { params: acme, body: given })).status).toBe(
        422,
      );
  });
  test('403 for a developer: nobody brings in their own completion', async () => {
    const call = { params: acme, body: body(csv(line(world.address('developer'), 'poisoning'))) };
    expect((await refused('developer', importCompletions, call)).status).toBe(403);
  });
  test('an import is witnessed by an act, and the export is read again', async () => {
    const lines = (who: PersonName) =>
      DEFAULT_CURRICULA.flatMap(({ modules }) => modules.map((module) => line(world.address(who), module)));
    const others = csv(...ACME.filter((who) => who !== 'administrator').flatMap(lines));
    const report = await get('administrator', importCompletions, { params: acme, body: body(others) });
    // An organisation of one administrator has nobody else for theirs; the tests after this need them.
    const second = { ...body(csv(...lines('administrator'))), by: 'second@acme.example' };
    await importInto(world.service.context, 'acme', { ...second, preview: false, partial: false });
    expect(report.applied).toBe(true);
    const ledger = await world.service.context.database.ledger('acme');
    const acts: string[] = [];
    for await (const entry of ledger.query())
      if (entry.kind === 'act') acts.push(`${entry.act.type} ${entry.act.actor}`);
    expect(acts).toContain(`training.completions-imported ${world.address('administrator')}`);
    const exported = await get('auditor', exportCompletions, { params: acme });
    expect(readCsv(exported)[0]?.cells).toEqual([
      'person',
      'module',
      'module_version',
      'completed_at',
      'passed',
    ]);
  });
});

describe('duties of training', () => {
  test('with completions and a statement of adequacy they pass', async () => {
    expect(await verdicts()).toMatchObject({
      '5.1.1-1/a': 'inconclusive',
      '5.1.1-1.1/a': 'fail',
      '5.1.1-2.2/a': 'inconclusive',
    });
    // The auditor's failed attempts are later than the imported pass, and the latest counts.
    now += DAY;
    const module = 'ai-security-basics';
    await get('auditor', takeQuiz, {
      params: { ...acme, module },
      body: { version: '1', answers: answersTo(module) },
    });
    const ledger = await world.service.context.database.ledger('acme');
    const by = world.address('administrator');
    const said = ['5.1.1-1/a', '5.1.1-1.1/a', '5.1.1-2.2/a'].map((duty) =>
      peopleEntry(world.service.context, 'acme', {
        type: 'adequacy-attestation',
        content: { duty, statement: 'The modules fit the threats that our systems face' },
        observedAt: new Date(now).toISOString(),
        actor: asOrganisation(by),
      }),
    );
    await ledger.record([...(await Promise.all(said)), actEntry('test', by, {})]);
    expect(await verdicts()).toMatchObject({
      '5.1.1-1/a': 'pass',
      '5.1.1-1.1/a': 'pass',
      '5.1.1-2.2/a': 'pass',
    });
    const { reach } = await get('auditor', getTeam, { params: acme });
    expect(reach.find(({ role }) => role === 'developer')).toEqual({
      role: 'developer',
      people: 1,
      complete: 1,
    });
  });
});

describe('threats', () => {
  const threat = () => ({
    id: 'THREAT-7',
    title: 'Injection through calendar invitations',
    topics: ['prompt_injection', 'quantum_prompts'],
    substantial: true,
    publishedAt: new Date(now).toISOString(),
    references: ['https://example.org/advisory'],
    mitigationKnown: true,
  });

  test('a substantial one asks for a decision, and says what the programme lacks', async () => {
    now += 1000;
    await get('administrator', recordThreat, { params: acme, body: threat() });
    expect((await verdicts())['5.1.1-1/b']).toBe('fail');
    const [item] = (await get('viewer', listThreats, { params: acme })).items;
    expect(item?.proposal.add.map(({ role, module }) => [role, module])).toContainEqual([
      'data_custodian',
      'prompt-injection',
    ]);
    expect(item?.proposal.renew).toEqual(['prompt-injection']);
    expect(item?.proposal.untaught).toEqual(['quantum_prompts']);
  });
  test('409 for the same id again, 422 for one of tomorrow, 403 for others', async () => {
    expect((await refused('administrator', recordThreat, { params: acme, body: threat() })).status).toBe(409);
    const tomorrow = { ...threat(), id: 'T-8', publishedAt: new Date(now + 2 * DAY).toISOString() };
    expect((await refused('administrator', recordThreat, { params: acme, body: tomorrow })).status).toBe(422);
    expect((await refused('developer', recordThreat, { params: acme, body: threat() })).status).toBe(403);
  });
  test('the decision settles it; 404 for a threat that is not there', async () => {
    const body = { decision: 'The module on prompt injection goes to Data Custodians too' };
    expect(
      (await refused('administrator', decideThreat, { params: { ...acme, threat: 'ghost' }, body })).status,
    ).toBe(404);
    await get('administrator', decideThreat, { params: { ...acme, threat: 'THREAT-7' }, body });
    expect((await verdicts())['5.1.1-1/b']).toBe('pass');
  });
});

describe('the awareness policy', () => {
  const body = {
    version: '1',
    body: `# Stay aware\n\n${'Everybody keeps up with threats to AI security and reads the bulletins that they get. '.repeat(4)}`,
  };

  test('everybody acknowledges for themselves, and the duty moves', async () => {
    expect((await refused('developer', putAwarenessPolicy, { params: acme, body })).status).toBe(403);
    await get('administrator', putAwarenessPolicy, { params: acme, body });
    expect((await refused('administrator', putAwarenessPolicy, { params: acme, body })).status).toBe(409);
    expect((await verdicts())['5.1.1-2/a']).not.toBe('pass');
    expect(
      (await refused('developer', acknowledgePolicy, { params: acme, body: { version: '0' } })).status,
    ).toBe(409);
    for (const who of ACME) {
      const first = await get(who, acknowledgePolicy, { params: acme, body: { version: '1' } });
      const second = await get(who, acknowledgePolicy, { params: acme, body: { version: '1' } });
      expect(second.at).toBe(first.at);
    }
    expect(
      (await get('developer', getAwarenessPolicy, { params: acme })).policy?.acknowledgedAt,
    ).toBeDefined();
    expect((await verdicts())['5.1.1-2/a']).toBe('pass');
  });
});

describe('training.add-module', () => {
  const own = (version: string) =>
    `---\nid: our-own\nversion: "${version}"\ntitle: How we do it here\nsummary: What is special about our house.\nminutes: 5\ntopics: [house_rules]\nupdated: "2026-01-01"\n---\n${'Our rules. '.repeat(40)}<script>alert(1)</script>`;
  const quiz = `questions:\n${['a1', 'b2', 'c3']
    .map(
      (id) =>
        `  - id: ${id}\n    question: Which rule is right?\n    choices: [{ text: "One", correct: true }, { text: "Two" }]\n    explanation: It is the first one for a reason.\n`,
    )
    .join('')}`;

  test('422 with the place, 409 for an id of Custos and for a version that is there', async () => {
    const add = (markdown: string, text = quiz) =>
      refused('administrator', addModule, { params: acme, body: { markdown, quiz: text } });
    expect(await add('nothing')).toMatchObject({ status: 422, detail: expect.stringContaining('head') });
    expect(await add(own('1'), 'questions: []')).toMatchObject({
      status: 422,
      detail: expect.stringContaining('quiz: questions'),
    });
    expect((await add(own('1').replace('our-own', 'poisoning'))).status).toBe(409);
    await get('administrator', addModule, { params: acme, body: { markdown: own('1'), quiz } });
    expect((await add(own('1'))).status).toBe(409);
    expect(
      (await refused('developer', addModule, { params: acme, body: { markdown: own('2'), quiz } })).status,
    ).toBe(403);
  });
  test('it is taught once the programme names it; a newer text waits for the next programme', async () => {
    const { modules } = await get('viewer', getProgramme, { params: acme });
    expect(modules.find(({ module }) => module === 'our-own')).toMatchObject({ own: true });
    const more = [
      ...curricula,
      { role: 'guests', modules: ['our-own'], rationale: 'Guests need to know our rules too' },
    ];
    const response = await world.call(
      'administrator',
      putProgramme,
      { params: acme, body: { curricula: more, ...settings } },
      { 'if-match': '"1"' },
    );
    expect(response.status).toBe(200);
    await get('administrator', addModule, { params: acme, body: { markdown: own('2'), quiz } });
    expect((await get('viewer', getProgramme, { params: acme })).newer).toBe(1);
    const read = await get('viewer', getTrainingModule, { params: { ...acme, module: 'our-own' } });
    expect(read.version).toBe('1');
  });
});

test('how long a completion counts is the organisation’s own limit, where it set one', async () => {
  const state = async () =>
    (await get('viewer', getMyTraining, { params: acme })).modules.find(
      ({ module }) => module === 'incident-reporting',
    )?.state;
  expect(await state()).toBe('passed');
  await world.service.context.database.within('acme', (control) =>
    changeSetting(
      control,
      { organisation: 'acme', setting: 'training.completion_valid_days', version: 0 },
      { value: 1 },
    ),
  );
  expect(await state()).toBe('expired');
});
