/**
 * The information for testing (IXIT) that EN 304 223 provisions ask for, filled from the inventory and the records that
 * evaluation relies on. One entry of `FILL` per table number; a table without rows is shown as empty, never left out. Numbers mean
 * these tables in EN 304 223 only: another framework's tables keep their titles and are filled by nobody.
 */
import { beginOf, EvidenceIndex } from '@custos/conformity';
import {
  type Assessment,
  type Asset,
  type AssetKind,
  type Content,
  type Digest,
  type Evidence,
  millis,
  type PredicateName,
  type Specification,
} from '@custos/core';
import { count, day, shortDigest } from './text.ts';
import { ROLE_WORD } from './words.ts';

/** Rows a report prints of one table; more are counted in its note. */
const MOST_ROWS = 400;
const STANDARD = 'ETSI EN 304 223';

export interface IxitTable {
  number: number;
  title: string;
  columns: string[];
  rows: string[][];
  /** What the rows do not show: cut rows, records that were left out. */
  note: string;
}

interface Recorded<N extends PredicateName> {
  id: Digest;
  content: Content<N>;
  at: string;
  by: string;
}

type Row = string[];
type Filling = { columns: string[]; rows: (source: Source) => Row[] };

/** Inventory and recorded contents, newest first: those, and only those, that evaluation relies on. */
class Source {
  readonly assessment: Assessment;
  readonly #index: EvidenceIndex;
  readonly #now: number;
  readonly #leftOut = new Set<Digest>();

  constructor(assessment: Assessment, evidence: readonly Evidence[]) {
    this.assessment = assessment;
    this.#index = new EvidenceIndex(evidence, assessment.evaluatedAt);
    this.#now = millis(assessment.evaluatedAt);
  }

  all<N extends PredicateName>(name: N): Recorded<N>[] {
    const records: Recorded<N>[] = [];
    for (const { id, content, evidence, observedAt, unreliable } of this.#index.all(name)) {
      if (beginOf(evidence) > this.#now) continue;
      if (unreliable !== undefined) this.#leftOut.add(id);
      else records.push({ id, content, at: observedAt, by: evidence.statement.predicate.actor?.id ?? '' });
    }
    return records;
  }

  newest<N extends PredicateName>(name: N): Recorded<N>[] {
    return this.all(name).slice(0, 1);
  }

  assets(...kinds: AssetKind[]): Asset[] {
    return this.assessment.inventory.assets.filter(
      (asset) => kinds.length === 0 || kinds.includes(asset.kind),
    );
  }

  /** How many records were left out since this was last asked. */
  takeLeftOut(): number {
    const n = this.#leftOut.size;
    this.#leftOut.clear();
    return n;
  }
}

const list = (items: readonly string[], none = 'none'): string =>
  items.length > 0 ? items.join(', ') : none;
const yes = (value: boolean | undefined): string =>
  value === undefined ? 'not recorded' : value ? 'yes' : 'no';
const at = (asset: Asset): string =>
  list(
    asset.locations.slice(0, 3).map(({ path, line }) => (line === undefined ? path : `${path}:${line}`)),
    'not recorded',
  ) + (asset.locations.length > 3 ? ` and ${asset.locations.length - 3} more` : '');
const short = (digest: string | undefined): string => (digest ? shortDigest(digest) : 'none');
const facts = (asset: Asset): string =>
  list(
    Object.entries(asset.properties ?? {}).map(([key, value]) => `${key}: ${value}`),
    '',
  );

/** Tests as recorded: successes of trials, never a share. */
function testRows(source: Source, wanted: (suite: string) => boolean): Row[] {
  return source
    .all('test-run')
    .filter(({ content }) => wanted(content.suite))
    .map(({ content }) => [
      content.suite.replaceAll('_', ' '),
      content.run,
      content.tool,
      short(content.target),
      list(content.results.map((result) => `${result.case}: ${result.successes} of ${result.trials}`)),
      list(content.findings.map((finding) => `${finding.id} (${finding.severity}, ${finding.status})`)),
      day(content.finishedAt),
    ]);
}

const TEST_COLUMNS = ['Suite', 'Run', 'Tool', 'Target digest', 'Successes of trials', 'Findings', 'Finished'];

function planRows(source: Source, ...kinds: Content<'plan'>['kind'][]): Row[] {
  return source
    .all('plan')
    .filter(({ content }) => kinds.includes(content.kind))
    .map(({ content }) => [
      content.kind.replaceAll('_', ' '),
      content.version,
      content.owner,
      list(content.scenarios.map((scenario) => scenario.id)),
      day(content.revisedAt),
      day(content.nextReviewAt),
    ]);
}

const PLAN_COLUMNS = ['Record', 'Version', 'Owner', 'Scenarios', 'Revised', 'Next review'];

function publicationRows(source: Source, ...kinds: Content<'publication'>['kind'][]): Row[] {
  return source
    .all('publication')
    .filter(({ content }) => kinds.includes(content.kind))
    .map(({ content }) => [
      content.kind.replaceAll('_', ' '),
      content.version,
      content.url,
      list(content.sections),
      yes(content.reachableWithoutLogin),
      day(content.fetchedAt),
    ]);
}

const PUBLICATION_COLUMNS = [
  'Record',
  'Version',
  'Address',
  'Sections',
  'Reachable without login',
  'Fetched',
];

const FILL: { readonly [number: number]: Filling } = {
  1: {
    columns: ['What', 'Recorded'],
    rows: (source) => [
      ['System', `${source.assessment.system.name} (${source.assessment.system.id})`],
      ['Fingerprint', source.assessment.fingerprint ?? 'none: nothing was scanned'],
      ...source.newest('system-declaration').flatMap(({ content }) => [
        ['Purpose', content.purpose],
        ['Phase', content.phase.replaceAll('_', ' ')],
        ['Inputs', list(content.use.inputs)],
        ['Outputs', list(content.use.outputs)],
        ['Exposure', content.use.exposure],
        ['Users', list(content.use.users)],
      ]),
      ...source
        .newest('scan-result')
        .map(({ content, at: when }) => [
          'Scanned',
          `${content.scope}, ${count(content.filesRead, 'file')} read, ${day(when)}`,
        ]),
    ],
  },
  2: {
    columns: ['Role', 'Held by'],
    rows: (source) =>
      source.newest('system-declaration').flatMap(({ content }) => [
        [ROLE_WORD.developer, list(content.roles.developer, 'nobody named')],
        [ROLE_WORD.system_operator, list(content.roles.system_operator, 'nobody named')],
        [ROLE_WORD.data_custodian, list(content.roles.data_custodian, 'nobody named')],
        [ROLE_WORD.organisation, list(content.roles.organisation, 'nobody named')],
        [ROLE_WORD.auditor, list(content.roles.auditor, 'nobody named')],
      ]),
  },
  3: {
    columns: ['Asset', 'Kind', 'Version', 'Origin', 'Owner', 'Digest', 'Found at'],
    rows: (source) =>
      source
        .assets()
        .map((asset) => [
          asset.name,
          asset.kind,
          asset.version ?? 'none',
          asset.origin ?? 'not recorded',
          asset.owner ?? 'not recorded',
          short(asset.digest),
          at(asset),
        ]),
  },
  4: {
    columns: ['From', 'Relation', 'To'],
    rows: (source) =>
      source.assessment.inventory.edges.map((edge) => [edge.from, edge.kind.replaceAll('_', ' '), edge.to]),
  },
  5: {
    columns: ['Model', 'Version', 'Provider', 'Digest', 'Facts', 'Found at'],
    rows: (source) => [
      ...source
        .assets('model')
        .map((asset) => [
          asset.name,
          asset.version ?? 'none',
          asset.provider ?? 'not recorded',
          short(asset.digest),
          facts(asset),
          at(asset),
        ]),
      ...source
        .all('model-capability')
        .map(({ content }) => [
          content.model,
          '',
          '',
          '',
          `takes ${list(content.inputs)}; gives ${list(content.outputs)}; tools: ${list(content.tools)}`,
          'recorded capability',
        ]),
    ],
  },
  6: {
    columns: ['Dataset', 'Version', 'Digest', 'Sensitivity', 'Personal data', 'Found at'],
    rows: (source) => {
      const classified = source.all('data-classification');
      return source.assets('dataset').map((asset) => {
        const found = classified.find(
          ({ content }) => content.dataset === asset.id || content.dataset === asset.name,
        );
        return [
          asset.name,
          asset.version ?? 'none',
          short(asset.digest),
          found?.content.sensitivity ?? 'not classified',
          yes(found?.content.personalData),
          at(asset),
        ];
      });
    },
  },
  7: {
    columns: ['Asset', 'Kind', 'Digest', 'Running digest', 'Found at'],
    rows: (source) => {
      const running = source.all('runtime-state');
      return source
        .assets('prompt', 'configuration')
        .map((asset) => [
          asset.name,
          asset.kind,
          short(asset.digest),
          short(running.find(({ content }) => content.asset === asset.id)?.content.running),
          at(asset),
        ]);
    },
  },
  8: {
    columns: ['Component', 'Kind', 'Version', 'Provider', 'Assessed', 'Controls'],
    rows: (source) => {
      const assessed = source.all('component-assessment');
      return source
        .assets()
        .filter((asset) => asset.origin === 'external')
        .map((asset) => {
          const found = assessed.find(
            ({ content }) => content.component === asset.id || content.component === asset.name,
          );
          return [
            asset.name,
            asset.kind,
            asset.version ?? 'none',
            asset.provider ?? 'not recorded',
            found?.content.conclusion.replaceAll('_', ' ') ?? 'not assessed',
            list(found?.content.controls ?? []),
          ];
        });
    },
  },
  9: {
    columns: ['Provider', 'Services', 'Conclusion', 'Adheres to the standard', 'Assessed'],
    rows: (source) => {
      const assessed = source.all('provider-assessment');
      const named = new Set(assessed.map(({ content }) => content.provider));
      const seen = new Map<string, string[]>();
      for (const asset of source.assets())
        if (asset.provider && !named.has(asset.provider))
          seen.set(asset.provider, [...(seen.get(asset.provider) ?? []), asset.name]);
      return [
        ...assessed.map(({ content, at: when }) => [
          content.provider,
          list(content.services),
          content.conclusion.replaceAll('_', ' '),
          content.adheresToStandard,
          day(when),
        ]),
        ...[...seen].map(([provider, names]) => [
          provider,
          list(names.slice(0, 5)) + (names.length > 5 ? ` and ${names.length - 5} more` : ''),
          'not assessed',
          'not recorded',
          'never',
        ]),
      ];
    },
  },
  10: {
    columns: ['Identity or tool', 'Target', 'Granted', 'Needed'],
    rows: (source) => [
      ...source
        .all('permission-set')
        .map(({ content }) => [
          content.identity,
          content.target,
          list(content.granted),
          list(content.needed),
        ]),
      ...source
        .assets('tool', 'agent')
        .map((asset) => [asset.name, at(asset), 'not recorded', 'not recorded']),
    ],
  },
  11: {
    columns: ['Threat', 'Category', 'Asset', 'Decision', 'Reason', 'References'],
    rows: (source) =>
      source
        .newest('threat-model')
        .flatMap(({ content }) =>
          content.threats.map((threat) => [
            threat.id,
            threat.category.replaceAll('_', ' '),
            threat.asset,
            threat.decision.replaceAll('_', ' '),
            threat.reason,
            list(threat.references),
          ]),
        ),
  },
  12: {
    columns: ['Risk', 'Title', 'Level', 'Residual', 'Tolerance', 'Treatment', 'Owner', 'Controls'],
    rows: (source) =>
      source
        .newest('risk-register')
        .flatMap(({ content }) =>
          content.risks.map((risk) => [
            risk.id,
            risk.title,
            risk.level,
            String(risk.residual),
            String(content.tolerance),
            risk.treatment,
            `${risk.owner} (${risk.ownerParty})`,
            list(risk.controls),
          ]),
        ),
  },
  13: {
    columns: ['Mechanism', 'Action', 'Kind', 'Reviewers'],
    rows: (source) =>
      source
        .newest('oversight-mechanism')
        .flatMap(({ content }) =>
          content.mechanisms.map((item) => [item.id, item.action, item.kind, list(item.reviewers)]),
        ),
  },
  14: {
    columns: ['Control', 'Statement', 'Tests'],
    rows: (source) =>
      source
        .newest('custodian-controls')
        .flatMap(({ content }) =>
          content.controls.map((item) => [item.id, item.statement, list(item.tests)]),
        ),
  },
  15: {
    columns: ['Prohibited use'],
    rows: (source) =>
      source
        .newest('system-declaration')
        .flatMap(({ content }) => content.use.prohibited.map((use) => [use])),
  },
  16: {
    columns: ['Module', 'Version', 'Title', 'Topics', 'Updated', 'Completions recorded'],
    rows: (source) => {
      const done = source.all('training-completion').filter(({ content }) => content.passed);
      return source
        .newest('training-programme')
        .flatMap(({ content }) =>
          content.modules.map((module) => [
            module.id,
            module.version,
            module.title,
            list(module.topics),
            day(module.updatedAt),
            String(done.filter((entry) => entry.content.module === module.id).length),
          ]),
        );
    },
  },
  17: {
    columns: ['Bulletin', 'Threats', 'Channels', 'Sent'],
    rows: (source) =>
      source
        .all('bulletin')
        .map(({ content }) => [
          content.id,
          list(content.threats),
          list(content.channels.map((channel) => channel.kind)),
          day(content.sentAt),
        ]),
  },
  18: {
    columns: ['Asset or area', 'Where', 'Measure', 'Who can reach it', 'Recorded'],
    rows: (source) => [
      ...source
        .all('asset-control')
        .map(({ content, at: when }) => [
          content.asset,
          content.location,
          `authentication: ${content.authentication.replaceAll('_', ' ')}; access control: ${yes(content.accessControl)}; encrypted: ${yes(content.encryptedAtRest)}; public: ${yes(content.publiclyReachable)}`,
          list(content.principals),
          day(when),
        ]),
      ...source
        .newest('access-review')
        .flatMap(({ content, at: when }) =>
          content.measures.map((item) => [
            item.area.replaceAll('_', ' '),
            content.framework,
            item.measure,
            '',
            day(when),
          ]),
        ),
    ],
  },
  19: {
    columns: ['Interface', 'Model', 'Available from', 'Retired', 'Found at'],
    rows: (source) => [
      ...source
        .newest('api-versions')
        .flatMap(({ content }) =>
          content.versions.map((version) => [
            version.id,
            version.model,
            day(version.availableFrom),
            version.retiredAt ? day(version.retiredAt) : 'no date',
            'recorded',
          ]),
        ),
      ...source
        .assets('endpoint')
        .map((asset) => [asset.name, 'not recorded', 'not recorded', 'not recorded', at(asset)]),
    ],
  },
  20: {
    columns: ['Environment', 'Account', 'Principals', 'Routes to', 'Datasets'],
    rows: (source) => [
      ...source
        .newest('environment-layout')
        .flatMap(({ content }) =>
          content.environments.map((item) => [
            item.name,
            item.account,
            list(item.principals),
            list(item.routesTo),
            list(item.datasets),
          ]),
        ),
      ...source
        .assets('environment')
        .map((asset) => [
          asset.name,
          `not recorded; found at ${at(asset)}`,
          'not recorded',
          'not recorded',
          'not recorded',
        ]),
    ],
  },
  21: {
    columns: PUBLICATION_COLUMNS,
    rows: (source) => [
      ...source
        .all('policy')
        .filter(({ content }) => content.kind === 'vulnerability_disclosure')
        .map(({ content }) => [
          'policy in force',
          content.version,
          content.url ?? 'none',
          list(content.sections),
          'not recorded',
          day(content.inForceFrom),
        ]),
      ...publicationRows(source, 'vulnerability_policy', 'security_txt'),
    ],
  },
  22: { columns: PLAN_COLUMNS, rows: (source) => planRows(source, 'incident') },
  23: {
    columns: PLAN_COLUMNS,
    rows: (source) => [
      ...planRows(source, 'recovery', 'disaster_recovery'),
      ...source
        .all('restore')
        .map(({ content, by, at: when }) => [
          `restore of ${content.backup}`,
          '',
          by || 'machine',
          `${list(content.covers)}; digests equal: ${yes(content.expected === content.restored)}; smoke test passed: ${yes(content.smokePassed)}`,
          day(when),
          '',
        ]),
    ],
  },
  24: {
    columns: ['Provider', 'Clauses', 'Gaps', 'Expires'],
    rows: (source) =>
      source
        .all('cloud-contract')
        .map(({ content }) => [
          content.provider,
          list(content.clauses.map((item) => `${item.clause} (${item.provision})`)),
          list(content.gaps),
          day(content.expiresAt),
        ]),
  },
  25: {
    columns: ['Process or assessment', 'Applies to', 'Version', 'Conclusion', 'Recorded'],
    rows: (source) => [
      ...source
        .all('policy')
        .filter(({ content }) => content.kind === 'supply_chain')
        .map(({ content }) => [
          'supply-chain policy',
          content.appliesTo,
          content.version,
          'in force',
          day(content.inForceFrom),
        ]),
      ...source
        .all('component-assessment')
        .map(({ content, at: when }) => [
          content.process,
          content.component,
          content.version ?? 'none',
          content.conclusion.replaceAll('_', ' '),
          day(when),
        ]),
    ],
  },
  26: {
    columns: ['Component', 'Version', 'Documentation', 'Security', 'Justification'],
    rows: (source) => {
      const reasons = source.all('justification');
      return source
        .all('component-score')
        .map(({ content }) => [
          content.component,
          content.version ?? 'none',
          `${content.documentation} of 1`,
          `${content.security} of 1`,
          reasons.find((item) => item.content.component === content.component)?.content.rationale ?? 'none',
        ]);
    },
  },
  27: { columns: TEST_COLUMNS, rows: (source) => testRows(source, (suite) => suite === 'model_evaluation') },
  28: {
    columns: PLAN_COLUMNS,
    rows: (source) => [
      ...planRows(source, 'design', 'maintenance'),
      ...source
        .all('design-assessment')
        .map(({ content, by }) => [
          'design assessment',
          '',
          by || 'not recorded',
          list(content.risks.map((risk) => risk.id)),
          day(content.decidedAt),
          '',
        ]),
    ],
  },
  29: {
    columns: ['Address', 'Algorithm', 'Files', 'Recomputed equal', 'Signature verified', 'Own channel'],
    rows: (source) =>
      source
        .all('published-hashes')
        .map(({ content }) => [
          content.url,
          content.algorithm,
          String(content.files.length),
          `${content.files.filter((file) => file.recomputed === file.published).length} of ${content.files.length}`,
          yes(content.signatureVerified),
          yes(content.independentChannel),
        ]),
  },
  30: {
    columns: [
      'Dataset',
      'Visibility',
      'How obtained',
      'Rows with source',
      'Rows with time',
      'Licence',
      'Sources',
    ],
    rows: (source) =>
      source
        .all('data-provenance')
        .map(({ content }) => [
          content.dataset,
          content.visibility.replaceAll('_', ' '),
          content.acquisition,
          `${content.rowsWithSource} of ${content.rows}`,
          `${content.rowsWithTime} of ${content.rows}`,
          content.licence ?? 'not recorded',
          list(content.sources.map((item) => item.uri)),
        ]),
  },
  31: {
    columns: ['Change', 'What', 'Asset', 'By', 'Approved by', 'Reason', 'At'],
    rows: (source) =>
      source
        .all('lifecycle-event')
        .filter(({ content }) => content.event.endsWith('_change') || content.event === 'rollback')
        .map(({ content }) => [
          content.id,
          content.event.replaceAll('_', ' '),
          content.asset,
          content.by,
          content.approvedBy ?? 'nobody',
          content.reason ?? 'none',
          day(content.at),
        ]),
  },
  32: {
    columns: TEST_COLUMNS,
    rows: (source) => testRows(source, (suite) => suite !== 'model_evaluation' && suite !== 'smoke'),
  },
  33: {
    columns: ['Tester', 'Organisation', 'Reports to', 'Competence', 'Until', 'No conflict stated'],
    rows: (source) =>
      source
        .newest('tester-declaration')
        .flatMap(({ content }) =>
          content.testers.map((tester) => [
            tester.person,
            tester.organisation,
            tester.reportsTo,
            tester.competence,
            day(tester.competenceUntil),
            yes(content.noConflict),
          ]),
        ),
  },
  34: {
    columns: ['Sampled', 'Artefacts declared', 'Outputs with them', 'Citations resolved', 'Recorded'],
    rows: (source) =>
      source
        .all('output-sample')
        .map(({ content, at: when }) => [
          String(content.sampled),
          list(content.declaredArtefacts),
          `${content.withArtefacts} of ${content.sampled}`,
          `${content.citationsResolved} of ${content.citationsChecked}`,
          day(when),
        ]),
  },
  35: {
    columns: PUBLICATION_COLUMNS,
    rows: (source) => publicationRows(source, 'user_guidance', 'acceptable_use', 'system_card'),
  },
  36: { columns: PUBLICATION_COLUMNS, rows: (source) => publicationRows(source, 'data_use') },
  37: {
    columns: ['Release or notice', 'About', 'Audience', 'Delivered', 'At'],
    rows: (source) => [
      ...source
        .all('release')
        .map(({ content }) => [
          `release ${content.version}`,
          `${content.id}; security relevant: ${yes(content.securityRelevant)}; model change: ${yes(content.modelChange)}`,
          content.environment,
          '',
          day(content.releasedAt),
        ]),
      ...source
        .all('notice')
        .map(({ content }) => [
          content.kind.replaceAll('_', ' '),
          list(content.about),
          ROLE_WORD[content.audience],
          `${content.delivered} of ${content.recipients}`,
          day(content.publishedAt),
        ]),
    ],
  },
  38: { columns: PLAN_COLUMNS, rows: (source) => planRows(source, 'contingency') },
  39: {
    columns: ['Asset', 'Fields', 'System actions', 'User actions', 'Kept for', 'Chain verified'],
    rows: (source) =>
      source
        .newest('log-summary')
        .flatMap(({ content }) =>
          content.sources.map((item) => [
            item.asset,
            list(item.fields.map((field) => field.replaceAll('_', ' '))),
            yes(item.systemActions),
            yes(item.userActions),
            count(content.retentionDays, 'day'),
            yes(content.chainVerified),
          ]),
        ),
  },
  40: {
    columns: ['Scope', 'From', 'Until', 'Assets', 'Rules proven by seed', 'Longest gap', 'Alerts'],
    rows: (source) =>
      source
        .all('monitoring-summary')
        .map(({ content }) => [
          content.scope.replaceAll('_', ' '),
          day(content.from),
          day(content.until),
          list(content.assetsMonitored),
          `${content.rules.filter((rule) => rule.provenBySeed).length} of ${content.rules.length}`,
          count(content.longestGapDays, 'day'),
          `${content.alerts.filter((alert) => alert.triagedAt).length} of ${content.alerts.length} triaged`,
        ]),
  },
  41: {
    columns: ['Occasion', 'Event', 'What', 'Method', 'Residual copies', 'Completed'],
    rows: (source) =>
      source
        .all('disposal-receipt')
        .flatMap(({ content }) =>
          content.assets.map((item) => [
            content.occasion.replaceAll('_', ' '),
            content.event,
            item.kind.replaceAll('_', ' '),
            item.method.replaceAll('_', ' '),
            String(item.residualCopies),
            day(item.completedAt),
          ]),
        ),
  },
};

/** The tables of a specification in its order. */
export function ixitTables(
  assessment: Assessment,
  specification: Specification,
  evidence: readonly Evidence[],
): IxitTable[] {
  const source = new Source(assessment, evidence);
  const ours = specification.standard.startsWith(STANDARD);
  return specification.ixit.map(({ number, title }) =>
    table(number, title, ours ? FILL[number] : undefined, source),
  );
}

function table(number: number, title: string, filling: Filling | undefined, source: Source): IxitTable {
  const rows = filling?.rows(source) ?? [];
  const leftOut = source.takeLeftOut();
  const notes: string[] = [];
  if (rows.length > MOST_ROWS)
    notes.push(`${count(rows.length - MOST_ROWS, 'more row')} in the JSON document.`);
  if (leftOut > 0)
    notes.push(
      `${count(leftOut, 'recorded observation is', 'recorded observations are')} left out: not signed by anybody trusted, or not readable.`,
    );
  return {
    number,
    title,
    columns: filling?.columns ?? [],
    rows: rows.slice(0, MOST_ROWS),
    note: notes.join(' '),
  };
}
