/**
 * OSCAL 1.2.1 assessment results: one result, a finding for each provision and verb and for each duty, an observation for
 * each recorded one that a verdict rests on. OSCAL knows satisfied and not satisfied only; whatever is no pass is not
 * satisfied, and the verdict itself stands beside it as a property.
 */
import {
  type Assessment,
  type Digest,
  MEASURED,
  type Observation,
  predicateName,
  type Verdict,
} from '@custos/core';
import { canonicalize, sha256 } from '@custos/trust';
import type { ReportContext } from './model.ts';
import { clean } from './text.ts';
import { uuidOf } from './uuid.ts';
import { observationsUsed, type ProvisionLine, verdictTable } from './verdict-table.ts';

const NAMESPACE = 'urn:custos:oscal';
const OSCAL_VERSION = '1.2.1';

/** @returns JSON text with a final line break. Same input, same bytes. */
export function renderOscal(assessment: Assessment, context: ReportContext): string {
  const table = verdictTable(assessment, context.specification);
  const digest = sha256(canonicalize(assessment));
  const { specification, system, evaluatedAt, fingerprint, counts } = assessment;
  const standard = line(`${specification.standard} ${specification.version}`);
  const observations = observationViews(assessment, context.evidence);
  const catalogue = uuidOf('specification', specification.digest);
  const document = {
    'assessment-results': {
      uuid: uuidOf('assessment-results', digest),
      metadata: {
        title: line(`Conformity of ${system.name} with ${standard}`),
        'last-modified': evaluatedAt,
        version: digest,
        'oscal-version': OSCAL_VERSION,
        remarks: 'A self-assessment computed from recorded evidence. It is no certificate and has no score.',
      },
      'import-ap': {
        href: `#${catalogue}`,
        remarks: 'The plan is the specification: one check for each duty.',
      },
      results: [
        {
          uuid: uuidOf('result', digest),
          title: line(`${system.name} at ${evaluatedAt}`),
          description: 'Verdicts as computed: the worst applicable duty decides each verb of a provision.',
          start: evaluatedAt,
          end: evaluatedAt,
          props: [
            prop('system', system.id),
            prop('fingerprint', fingerprint ?? 'none'),
            prop('assessment', digest),
            ...(['shall', 'should'] as const).flatMap((norm) =>
              Object.entries(counts[norm]).map(([verdict, n]) => prop(`${norm}-${verdict}`, String(n))),
            ),
          ],
          'reviewed-controls': {
            'control-selections': [
              { 'include-controls': table.map(({ id }) => ({ 'control-id': token(id) })) },
            ],
          },
          ...(observations.length > 0 ? { observations } : {}),
          findings: table.flatMap((provision) => findings(provision, digest)),
        },
      ],
      'back-matter': {
        resources: [
          {
            uuid: catalogue,
            title: standard,
            description: 'The specification as data, in RFC 8785 form, in words of its own.',
            rlinks: [
              {
                href: 'specification.json',
                'media-type': 'application/json',
                hashes: [{ algorithm: 'SHA-256', value: specification.digest.slice('sha256:'.length) }],
              },
            ],
          },
        ],
      },
    },
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function findings(provision: ProvisionLine, digest: Digest) {
  const ofProvision = (['shall', 'should'] as const).flatMap((norm) => {
    const verdict = provision[norm];
    if (verdict === null) return [];
    return [
      {
        uuid: uuidOf('finding', digest, provision.id, norm),
        title: line(`${provision.id} (${norm}): ${verdict}`),
        description: line(provision.title),
        props: [prop('provision', provision.id), prop('verb', norm), prop('verdict', verdict)],
        target: target(`${provision.id}-${norm}`, 'objective-id', verdict),
      },
    ];
  });
  const ofDuties = provision.duties.map((duty) => ({
    uuid: uuidOf('finding', digest, duty.id),
    title: line(`${duty.id} (${duty.norm}): ${duty.verdict}`),
    description: line(duty.text),
    props: [
      prop('duty', duty.id),
      prop('verb', duty.norm),
      prop('verdict', duty.verdict),
      prop('waived', duty.waived ? 'yes' : 'no'),
    ],
    target: target(duty.id, 'statement-id', duty.verdict),
    ...(duty.observations.length === 0
      ? {}
      : {
          'related-observations': duty.observations.map((id) => ({
            'observation-uuid': uuidOf('observation', id),
          })),
        }),
    ...(duty.reasons === '' ? {} : { remarks: duty.reasons }),
  }));
  return [...ofProvision, ...ofDuties];
}

function target(id: string, type: 'objective-id' | 'statement-id', verdict: Verdict) {
  return {
    type,
    'target-id': token(id),
    status: {
      state: verdict === 'pass' ? 'satisfied' : 'not-satisfied',
      reason: verdict === 'pass' || verdict === 'fail' ? verdict : verdict.replaceAll('_', '-'),
    },
    ...(verdict === 'not_applicable' ? { 'implementation-status': { state: 'not-applicable' } } : {}),
  };
}

function observationViews(assessment: Assessment, evidence: readonly Observation[]) {
  const known = new Map(evidence.map((item) => [item.id, item]));
  return observationsUsed(assessment).map((id) => {
    const head = { uuid: uuidOf('observation', id), props: [prop('observation', id)] };
    const found = known.get(id);
    if (found === undefined)
      return {
        ...head,
        description: 'Not in this export.',
        methods: ['UNKNOWN'],
        collected: assessment.evaluatedAt,
      };
    const { predicate, predicateType } = found.statement;
    const name = predicateName(predicateType);
    const by = predicate.actor ? `${predicate.actor.id} (${predicate.actor.role})` : predicate.producer.name;
    return {
      ...head,
      description: line(`${name ?? predicateType}, by ${by}`),
      methods: [name !== undefined && MEASURED.has(name) ? 'TEST' : 'EXAMINE'],
      collected: predicate.observedAt,
      ...(predicate.validUntil === undefined ? {} : { expires: predicate.validUntil }),
    };
  });
}

function prop(name: string, value: string) {
  return { name, ns: NAMESPACE, value: line(value) };
}

/** An OSCAL token begins with a letter and holds letters, digits and `.-_`. */
function token(id: string): string {
  return `en304223-${id.replaceAll(/[^\p{L}\p{N}.\-_]/gu, '_')}`;
}

/** One line that is not empty. */
function line(text: string): string {
  return clean(text) || '–';
}
