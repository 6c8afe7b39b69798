/**
 * CycloneDX 1.7 declarations: the standard as requirements, one claim for each duty, evidence by observation id, and two
 * attestations, by duty and by provision. A conformance score stands only where a verdict is decided: 1 for a pass, 0 for
 * a fail; what is inconclusive or does not apply has none, so that no reader takes it for met.
 */
import type { Assessment, Digest, Observation, Verdict } from '@custos/core';
import { predicateName } from '@custos/core';
import { canonicalize, sha256 } from '@custos/trust';
import type { ReportContext } from './model.ts';
import { clean } from './text.ts';
import { uuidOf } from './uuid.ts';
import { type DutyLine, observationsUsed, type ProvisionLine, verdictTable } from './verdict-table.ts';

const SYSTEM = 'system';
const ASSESSOR = 'assessor';

/** @returns JSON text with a final line break. Same input, same bytes. */
export function renderDeclarations(assessment: Assessment, context: ReportContext): string {
  const table = verdictTable(assessment, context.specification);
  const digest = sha256(canonicalize(assessment));
  const bom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.7',
    serialNumber: `urn:uuid:${uuidOf('declarations', digest)}`,
    version: 1,
    metadata: {
      timestamp: assessment.evaluatedAt,
      component: {
        type: 'application',
        'bom-ref': SYSTEM,
        name: clean(assessment.system.name) || 'system',
        properties: [
          { name: 'custos:system', value: clean(assessment.system.id) },
          { name: 'custos:fingerprint', value: assessment.fingerprint ?? 'none' },
          { name: 'custos:assessment', value: digest },
          { name: 'custos:specification', value: assessment.specification.digest },
        ],
      },
    },
    definitions: {
      standards: [
        {
          'bom-ref': 'standard',
          name: clean(assessment.specification.standard),
          version: clean(assessment.specification.version),
          requirements: table.flatMap(requirements),
        },
      ],
    },
    declarations: {
      assessors: [{ 'bom-ref': ASSESSOR, thirdParty: false }],
      attestations: [
        {
          summary:
            'Self-assessment, by duty: computed from recorded evidence. A duty without a score is not decided or does not apply; it is not met.',
          assessor: ASSESSOR,
          map: table.flatMap(({ duties }) => duties.map(dutyMap)),
        },
        {
          summary:
            'Self-assessment, by provision: the worst applicable duty of each verb. Shall and should are kept apart.',
          assessor: ASSESSOR,
          map: table.flatMap(provisionMaps),
        },
      ],
      claims: table.flatMap(({ duties }) => duties.map(claim)),
      evidence: evidenceItems(assessment, context.evidence),
      targets: {
        components: [
          { type: 'application', 'bom-ref': 'target', name: clean(assessment.system.name) || 'system' },
        ],
      },
    },
  };
  return `${JSON.stringify(bom, undefined, 2)}\n`;
}

function requirements(provision: ProvisionLine) {
  return [
    { 'bom-ref': `provision:${provision.id}`, identifier: provision.id, text: provision.title },
    ...(['shall', 'should'] as const)
      .filter((norm) => provision[norm] !== null)
      .map((norm) => ({
        'bom-ref': `provision:${provision.id}:${norm}`,
        identifier: `${provision.id} (${norm})`,
        parent: `provision:${provision.id}`,
      })),
    ...provision.duties.map((duty) => ({
      'bom-ref': `duty:${duty.id}`,
      identifier: duty.id,
      text: duty.text,
      parent: `provision:${provision.id}`,
    })),
  ];
}

function claim(duty: DutyLine) {
  return {
    'bom-ref': `claim:${duty.id}`,
    target: 'target',
    predicate: `Duty ${duty.id} (${duty.norm}): ${duty.verdict}${duty.waived ? ', waived' : ''}`,
    reasoning: duty.reasons || 'No reason is recorded.',
    ...(duty.observations.length === 0
      ? {}
      : { [duty.verdict === 'pass' ? 'evidence' : 'counterEvidence']: duty.observations }),
  };
}

function dutyMap(duty: DutyLine) {
  const claims = [`claim:${duty.id}`];
  return {
    requirement: `duty:${duty.id}`,
    ...(duty.verdict === 'pass' ? { claims } : { counterClaims: claims }),
    conformance: conformance(duty.verdict),
  };
}

function provisionMaps(provision: ProvisionLine) {
  return (['shall', 'should'] as const).flatMap((norm) => {
    const verdict = provision[norm];
    if (verdict === null) return [];
    return [{ requirement: `provision:${provision.id}:${norm}`, conformance: conformance(verdict) }];
  });
}

function conformance(verdict: Verdict) {
  const score = verdict === 'pass' ? { score: 1 } : verdict === 'fail' ? { score: 0 } : {};
  return { ...score, rationale: verdict };
}

function evidenceItems(assessment: Assessment, evidence: readonly Observation[]) {
  const known = new Map(evidence.map((item) => [item.id, item]));
  return observationsUsed(assessment).map((id) => evidenceItem(id, known.get(id)));
}

function evidenceItem(id: Digest, observation: Observation | undefined) {
  if (observation === undefined)
    return { 'bom-ref': id, description: `Observation ${id}; not in this export.` };
  const { predicate, predicateType } = observation.statement;
  const { producer, actor, observedAt, validUntil } = predicate;
  return {
    'bom-ref': id,
    description: clean(
      `Observation ${id}: ${predicateName(predicateType) ?? predicateType}, by ${producer.name} ${producer.version}.`,
    ),
    created: observedAt,
    ...(validUntil === undefined ? {} : { expires: validUntil }),
    ...(actor === undefined ? {} : { author: { name: clean(`${actor.id} (${actor.role})`) } }),
  };
}
