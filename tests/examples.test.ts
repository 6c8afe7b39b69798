/** The examples show what their README files say: nearly conforming, half-way, a mess. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Assessment,
  type Content,
  type DutyAssessment,
  fixedClock,
  parseContent,
  predicateName,
} from '@custos/core';
import { assessDirectory, loadSpecification } from '@custos/engine';
import { verifyModel } from '@custos/trust';
import { beforeAll, describe, expect, test } from 'vitest';

const AT = '2026-11-25T12:00:00Z';
const root = fileURLToPath(new URL('../', import.meta.url));

const messSignatures: Content<'signature-verification'>[] = [];

async function assessed(name: string): Promise<Assessment> {
  const { specification, digest } = await loadSpecification(`${root}standard/en-304-223`);
  const result = await assessDirectory({
    dir: `${root}examples/${name}`,
    specification,
    specificationDigest: digest,
    clock: fixedClock(AT),
    at: AT,
  });
  if (name === 'open-weights-release')
    for (const { statement } of result.evidence)
      if (predicateName(statement.predicateType) === 'signature-verification')
        messSignatures.push(parseContent('signature-verification', statement.predicate.content));
  return result.assessment;
}

function duties(assessment: Assessment): DutyAssessment[] {
  return assessment.provisions.flatMap((provision) => provision.duties);
}

function contradictions(assessment: Assessment): string[] {
  return Object.entries(assessment.features)
    .filter(([, state]) => state.contradiction !== undefined)
    .map(([feature]) => feature)
    .sort();
}

/** Duties, or whole principles, that the README of an example names as exceptions: list items that begin with an id. */
function documentedExceptions(name: string): string[] {
  const text = readFileSync(`${root}examples/${name}/README.md`, 'utf8');
  return [...text.matchAll(/^- `(5\.\d+\.\d+(?:-[\d.]+\/[a-z])?)`/gm)].map((match) => match[1] ?? '');
}

describe('examples', () => {
  let chatbot: Assessment;
  let fraud: Assessment;
  let mess: Assessment;
  beforeAll(async () => {
    chatbot = await assessed('support-chatbot');
    fraud = await assessed('fraud-detection');
    mess = await assessed('open-weights-release');
  });

  test('each is declared, and evidence files are no parts of the system', () => {
    for (const assessment of [chatbot, fraud, mess]) {
      expect(assessment.system.declared).toBe(true);
      const places = assessment.inventory.assets.flatMap((asset) => asset.locations.map((at) => at.path));
      expect(places.filter((path) => path.startsWith('evidence/'))).toEqual([]);
    }
  });

  test('the scan finds what each is made of', () => {
    const ids = (assessment: Assessment) => assessment.inventory.assets.map((asset) => asset.id);
    expect(ids(chatbot)).toEqual(
      expect.arrayContaining(['model:gpt-4o-mini-2024-07-18', 'prompt:prompts/system.md']),
    );
    expect(ids(fraud)).toEqual(
      expect.arrayContaining(['dataset:data/train.csv', 'model:models/fraud.safetensors']),
    );
    expect(ids(mess)).toContain('model:release/placenames.safetensors');
  });

  test('the mess contradicts its declaration, shows unsafe code, and passes almost nothing', () => {
    expect(contradictions(mess)).toEqual(
      expect.arrayContaining(['external_component_used', 'third_party_released_model']),
    );
    const rules = mess.findings.map((finding) => finding.rule);
    for (const rule of ['hard-coded-secret', 'floating-model-reference', 'unsafe-deserialisation'])
      expect(rules.filter((name) => name.includes(rule))).not.toEqual([]);
    expect(mess.counts.shall.pass).toBeLessThanOrEqual(2);
    expect(mess.counts.shall.fail).toBeGreaterThan(0);
  });

  test('the others contradict nothing and hold no secret', () => {
    for (const assessment of [chatbot, fraud]) {
      expect(contradictions(assessment)).toEqual([]);
      expect(assessment.findings).toEqual([]);
    }
  });

  test('most of the applicable shall duties of the chatbot pass; the others are documented, one is waived', () => {
    const { pass, fail, inconclusive } = chatbot.counts.shall;
    expect(pass / (pass + fail + inconclusive)).toBeGreaterThan(0.85);
    const open = duties(chatbot).filter(
      (duty) =>
        duty.norm === 'shall' &&
        (duty.verdict === 'fail' || duty.verdict === 'inconclusive') &&
        !duty.reasons.some((reason) => reason.code === 'NO_CHECK'),
    );
    const documented = documentedExceptions('support-chatbot');
    const principles = documented.filter((id) => !id.includes('/'));
    const inside = (id: string) => principles.some((principle) => id.startsWith(`${principle}-`));
    expect(open.map((duty) => duty.id).filter((id) => !inside(id))).toEqual(
      documented.filter((id) => id.includes('/')).sort(),
    );
    expect(open.filter((duty) => duty.waived).map((duty) => duty.id)).toEqual(['5.2.2-3/a']);
  });

  test('fraud detection stands between the two', () => {
    expect(fraud.counts.shall.pass).toBeLessThan(chatbot.counts.shall.pass);
    expect(fraud.counts.shall.pass).toBeGreaterThan(mess.counts.shall.pass);
  });

  test('the signature of the release holds for the files as they are, and counts as evidence', async () => {
    const folder = `${root}examples/open-weights-release/release`;
    const key = readFileSync(`${folder}/signing-key.pub`, 'utf8');
    const result = await verifyModel(folder, `${folder}/model.sig`, { trust: { kind: 'key', key } });
    expect(result.problems).toEqual([]);
    expect(result.manifest?.ranges.map(({ path }) => path)).toContain('placenames.safetensors');
    const reasons = duties(mess).find(({ id }) => id === '5.2.1-2/b')?.reasons ?? [];
    expect(reasons.map(({ code }) => code)).not.toContain('SIGNATURE_INVALID');
    expect(messSignatures.map((content) => content.valid)).toEqual([true]);
  });
});
