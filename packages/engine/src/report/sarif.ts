/**
 * SARIF 2.1.0 (OASIS) for code hosts and editors: every finding, one result per duty that fails (kind `fail`) or is
 * inconclusive (kind `open`, as SARIF says for what could not be decided), and what could not be read as notifications.
 */
import type { Assessment, Finding, Instant, Location, Unknown } from '@custos/core';
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
  return sarifLog({
    id: model.system.id,
    at: model.evaluatedAt,
    rules: [...findingRules(model.findings), ...dutyRules(duties)],
    results: [...model.findings.map(findingResult), ...duties.map((duty) => dutyResult(duty, model))],
    notifications: notifications(
      model.unknowns.flatMap((group) =>
        group.items.map((item) => ({ ...item, scanner: group.scanner, code: group.code })),
      ),
    ),
    properties: {
      standard: `${model.standard.name} ${model.standard.version}`,
      specificationDigest: model.standard.digest,
      counts: model.counts,
      applicable: { shall: applicable(model.counts.shall), should: applicable(model.counts.should) },
      // Results are what is wrong or open; all verdicts stand here.
      verdicts: {
        provisions: Object.fromEntries(
          assessment.provisions.map(({ id, shall, should }) => [id, { shall, should }]),
        ),
        duties: Object.fromEntries(
          assessment.provisions.flatMap(({ duties: all }) => all.map(({ id, verdict }) => [id, verdict])),
        ),
      },
    },
  });
}

/**
 * Findings and unknowns that belong to no assessment, such as those of a scan or an inspection.
 * @returns a SARIF log as JSON text with a final line break. Same input, same bytes.
 */
export function renderFindingsSarif(input: {
  /** Names the run for tools that compare runs, such as `scan/my-system`. */
  id: string;
  at: Instant;
  findings: readonly Finding[];
  unknowns: readonly Unknown[];
}): string {
  return sarifLog({
    id: input.id,
    at: input.at,
    rules: findingRules(input.findings),
    results: input.findings.map(findingResult),
    notifications: notifications(input.unknowns.map((item) => ({ ...item, where: item.location.path }))),
  });
}

function sarifLog(run: {
  id: string;
  at: Instant;
  rules: readonly object[];
  results: readonly object[];
  notifications: readonly object[];
  properties?: object;
}): string {
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Custos', rules: run.rules } },
        automationDetails: { id: `custos/${run.id}/` },
        columnKind: 'utf16CodeUnits',
        invocations: [
          {
            executionSuccessful: true,
            endTimeUtc: run.at,
            toolExecutionNotifications: run.notifications,
          },
        ],
        results: run.results,
        ...(run.properties ? { properties: run.properties } : {}),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function findingRules(findings: readonly Finding[]) {
  return [...new Set(findings.map((finding) => finding.rule))].map((id) => ({
    id,
    shortDescription: { text: `Finding of the rule ${id}` },
  }));
}

function dutyRules(duties: readonly DutyView[]) {
  return duties.map((duty) => ({
    id: duty.id,
    shortDescription: { text: duty.text },
    properties: { verb: duty.norm, roles: duty.roles },
  }));
}

function findingResult(finding: Finding) {
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

function notifications(items: readonly { scanner: string; code: string; where: string; message: string }[]) {
  return items.map((item) => ({
    level: 'warning',
    descriptor: { id: `${item.scanner}/${item.code}` },
    message: { text: `Not checked: ${item.where}: ${item.message}` },
  }));
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
