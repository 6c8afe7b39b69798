/** Components, contradictions and look-back: what is shown, what is said not to be known, and who sees it. */
import {
  declareSystem,
  getSystem,
  listComponents,
  listContradictions,
  lookBackRecorded,
} from '@custos/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DATASET, REF, record, scan } from '../../testing/evidence.ts';
import { openWorld, type PersonName, type World } from '../../testing/world.ts';

const params = REF;
const all = { params: { organisation: REF.organisation } };
const COMPONENT = 'component:pypi/transformers';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await record(world, 'scan-result', scan());
});
afterAll(() => world.close());

describe('components', () => {
  async function components(who: PersonName) {
    const response = await world.call(who, listComponents, { params });
    expect(response.status).toBe(200);
    return listComponents.response.parse(await response.json());
  }

  test('one without a score is neither good nor poor', async () => {
    const { items } = await components('developer');
    expect(items.map(({ asset }) => asset.id)).toEqual([COMPONENT]);
    expect(items[0]).not.toHaveProperty('poor');
    expect(items[0]?.demands).toEqual(['a score']);
  });

  test('a poor one demands assessment, justification and approval, with the reasons of its score', async () => {
    await record(world, 'component-score', {
      component: COMPONENT,
      version: '4.50.0',
      documentation: 0.2,
      security: 0.9,
      parts: { licence: false },
      reasons: { licence: 'no licence is named' },
    });
    const { items, line } = await components('viewer');
    expect(line).toBe(0.6);
    expect(items[0]).toMatchObject({
      poor: true,
      score: { documentation: 0.2, parts: [{ name: 'licence', met: false, reason: 'no licence is named' }] },
    });
    expect(items[0]?.demands).toEqual([
      'a risk assessment',
      'a justification',
      'an approval of the justification',
    ]);
  });

  test.each(['contributor', 'stranger'] as const)('404 for %s', async (who) => {
    expect((await world.call(who, listComponents, { params })).status).toBe(404);
  });
});

describe('contradictions', () => {
  async function contradictions(who: PersonName) {
    const response = await world.call(who, listContradictions, all);
    expect(response.status).toBe(200);
    return listContradictions.response.parse(await response.json());
  }

  test('what is declared off and found is told; a system that nobody sees is not counted', async () => {
    expect((await contradictions('auditor')).items).toEqual([]);
    const read = await world.call('developer', getSystem, { params });
    const { declaration } = getSystem.response.parse(await read.json());
    const body = { ...declaration, features: { external_component_used: false } };
    const etag = read.headers.get('etag') ?? '';
    expect(
      (await world.call('developer', declareSystem, { params, body }, { 'if-match': etag })).status,
    ).toBe(200);
    await world.service.assessor.current(REF);
    const { items, systems } = await contradictions('auditor');
    expect(systems).toBe(1);
    expect(items).toMatchObject([{ system: 'chatbot', feature: 'external_component_used' }]);
    expect(items[0]?.contradiction).toContain('external_component_used');
    expect(await contradictions('contributor')).toMatchObject({ systems: 0, items: [] });
  });
});

describe('look-back', () => {
  async function lookBack(who: PersonName, source: string) {
    const response = await world.call(who, lookBackRecorded, { ...all, query: { source } });
    expect(response.status).toBe(200);
    return lookBackRecorded.response.parse(await response.json());
  }

  test('a data set without a record is named as not searched', async () => {
    const { searched, silent, items } = await lookBack('developer', 'poison.example');
    expect([searched, items]).toEqual([{ systems: 1, records: 0, sources: 0 }, []]);
    expect(silent).toMatchObject([{ system: 'chatbot', datasets: ['dataset:questions'] }]);
  });

  test('a source is found in any case, with models and rows of which nothing is known', async () => {
    await record(
      world,
      'data-provenance',
      {
        dataset: 'questions',
        visibility: 'public',
        acquisition: 'Downloaded from two sites by hand',
        rows: 100,
        rowsWithSource: 90,
        rowsWithTime: 90,
        sources: [{ uri: 'https://Poison.example/a' }, { uri: 'https://good.example/b' }],
        usedIn: [{ model: 'model:own', digest: DATASET, purpose: 'Fine-tuning of the answers to orders' }],
      },
      { subject: { name: 'questions', digest: DATASET } },
    );
    const { searched, silent, items } = await lookBack('developer', 'poison.EXAMPLE');
    expect(searched).toEqual({ systems: 1, records: 1, sources: 2 });
    expect(silent).toEqual([]);
    expect(items).toMatchObject([
      {
        dataset: 'questions',
        source: 'https://Poison.example/a',
        unsourcedRows: 10,
        usedIn: [{ model: 'model:own' }],
      },
    ]);
    expect((await lookBack('contributor', 'poison.example')).searched.systems).toBe(0);
  });

  test('422 for a source of two letters; 404 in another organisation', async () => {
    expect(
      (await world.call('developer', lookBackRecorded, { ...all, query: { source: 'ab' } })).status,
    ).toBe(422);
    expect(
      (await world.call('stranger', lookBackRecorded, { ...all, query: { source: 'abc' } })).status,
    ).toBe(404);
  });
});
