/**
 * SARIF 2.1.0 (OASIS) for code hosts and editors: every finding, one result per duty that fails (kind `fail`) or is
 * inconclusive (kind `open`, as SARIF says for what could not be decided), and what could not be read as notifications.
 */
import type { Assessment, Finding, Location } from '@custos/core';
import { applicable, buildModel, type DutyView, type ReportContext, type ReportModel } from './model.ts';
import { VERDICT_WORD } from './words.ts';

const LEVEL: Record<Finding['severity'], 'error' | 'warning' | 'note'> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/** @returns a SARIF log as JSON text with a final line break. Same input, same bytes. */
export function renderSarif(assessment: Assessment, context: ReportContext): string {
  const model = buildModel(assessment, context);
  const duties = model.principles
    .flatMap((principle) => principle.provisions.flatMap((provision) => provision.duties))
    .filter((duty) => duty.verdict === 'fail' || duty.verdict === 'inconclusive');
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Custos', rules: rules(model, duties) } },
        automationDetails: { id: `custos/${model.system.id}/` },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            endTimeUtc: model.evaluatedAt,
            toolExecutionNotifications: notifications(model),
          },
        ],
        results: [...model.findings.map(findingResult), ...duties.map((duty) => dutyResult(duty, model))],
        properties: {
          standard: `${model.standard.name} ${model.standard.version}`,
          specificationDigest: model.standard.digest,
          counts: model.counts,
          applicable: { shall: applicable(model.counts.shall), should: applicable(model.counts.should) },
        },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function rules(model: ReportModel, duties: readonly DutyView[]) {
  const found = [...new Set(model.findings.map((finding) => finding.rule))];
  return [
    ...found.map((id) => ({ id, shortDescription: { text: `Finding of the rule ${id}` } })),
    ...duties.map((duty) => ({
      id: duty.id,
      shortDescription: { text: duty.text },
      properties: { verb: duty.norm, roles: duty.roles },
    })),
  ];
}

function findingResult(finding: ReportModel['findings'][number]) {
  return {
    ruleId: finding.rule,
    kind: 'fail',
    level: LEVEL[finding.severity],
    message: { text: finding.message || finding.rule },
    locations: [{ physicalLocation: physical(finding.location) }],
    properties: {
      severity: finding.severity,
      confidence: finding.confidence,
      ...(finding.asset ? { asset: finding.asset } : {}),
    },
  };
}

/** A mandatory failure is an error, a recommended one a warning; an open one has level `none`, as SARIF asks. */
function dutyResult(duty: DutyView, model: ReportModel) {
  const failed = duty.verdict === 'fail';
  const reasons = duty.reasons.map((reason) => reason.message).join(' ');
  return {
    ruleId: duty.id,
    kind: failed ? 'fail' : 'open',
    level: failed ? (duty.norm === 'shall' ? 'error' : 'warning') : 'none',
    message: { text: `${VERDICT_WORD[duty.verdict]} (${duty.norm}): ${duty.text}. ${reasons}`.trim() },
    locations: [
      {
        ...(model.system.declared ? { physicalLocation: physical({ path: 'custos.yaml' }) } : {}),
        logicalLocations: [{ fullyQualifiedName: model.system.id, kind: 'module' }],
      },
    ],
    ...(duty.waived
      ? {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              justification: 'A waiver that is in force covers this duty.',
            },
          ],
        }
      : {}),
    properties: { verdict: duty.verdict, codes: duty.reasons.map((reason) => reason.code) },
  };
}

function notifications(model: ReportModel) {
  return model.unknowns.flatMap((group) =>
    group.items.map((item) => ({
      level: 'warning',
      descriptor: { id: `${group.scanner}/${group.code}` },
      message: { text: `Not checked: ${item.where}: ${item.message}` },
    })),
  );
}

/** A relative URI; every segment is percent-encoded so that no path is read as a scheme or a host. */
function physical(location: Location) {
  const uri = location.path.split('/').map(encodeSegment).join('/').replace(/^\/+/, '');
  return {
    artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
    ...(location.line === undefined ? {} : { region: { startLine: location.line } }),
  };
}

function encodeSegment(segment: string): string {
  return encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd'));
}
