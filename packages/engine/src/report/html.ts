/**
 * The report as one HTML file that needs nothing else: no script, no request, readable in light, dark, print and by
 * screen readers (WCAG 2.2 AA). A content security policy in the file forbids anything that escaping might have missed.
 */
import type { Assessment, Norm, Verdict, VerdictCounts } from '@custos/core';
import { drawingSvg } from './graph.ts';
import { STYLE } from './html-style.ts';
import { HTML_STEPS, LEGEND, MOST_FINDINGS, MOST_PER_UNKNOWN } from './limits.ts';
import {
  buildModel,
  type DutyView,
  type PrincipleView,
  type ReportContext,
  type ReportModel,
} from './model.ts';
import { count, day, escapeHtml as e, readableTime, shortDigest } from './text.ts';
import { CLAIMS, VERDICT_MEANING, VERDICT_SIGN, VERDICT_WORD } from './words.ts';

interface Part {
  id: string;
  title: string;
  body: string;
}

/**
 * Draws the whole report.
 * @returns a complete HTML document. Same input, same bytes.
 */
export function renderHtml(assessment: Assessment, context: ReportContext): string {
  const model = buildModel(assessment, context);
  const parts: Part[] = [
    { id: 'summary', title: 'Summary', body: summary(model) },
    { id: 'next', title: 'What to do next', body: steps(model) },
    { id: 'ics', title: 'Implementation conformance statement', body: ics(model) },
    { id: 'verdicts', title: 'Verdict per duty', body: verdicts(model) },
    { id: 'evidence', title: 'Evidence', body: evidence(model) },
    { id: 'inventory', title: 'Inventory', body: inventory(model) },
    { id: 'findings', title: 'Findings', body: findings(model) },
    { id: 'unknowns', title: 'What could not be checked', body: unknowns(model) },
    { id: 'ixit', title: 'Information for testing (IXIT)', body: ixit(model) },
    { id: 'ledger', title: 'Ledger checkpoint', body: ledger(model) },
    { id: 'claims', title: 'What this report does not claim', body: bullets(CLAIMS.map(e)) },
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<title>${e(model.title)}</title>
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${header(model)}
<div class="layout">
<nav aria-label="Contents"><p>Contents</p><ol>${parts.map((part) => `<li><a href="#${part.id}">${e(part.title)}</a></li>`).join('')}</ol></nav>
<main id="main" tabindex="-1">
${parts.map((part) => `<section id="${part.id}" aria-labelledby="${part.id}-title"><h2 id="${part.id}-title">${e(part.title)}</h2>\n${part.body}</section>`).join('\n')}
</main>
</div>
<footer>Computed by Custos from recorded evidence at ${e(readableTime(model.evaluatedAt))}. The same specification, evidence and time give this document again, byte for byte.</footer>
</body>
</html>
`;
}

function header(model: ReportModel): string {
  const facts: [string, string][] = [
    ['Evaluated as of', e(readableTime(model.evaluatedAt))],
    [
      'System',
      `<code>${e(model.system.id)}</code>${model.system.declared ? '' : ' (not declared: no custos.yaml)'}`,
    ],
    ['Fingerprint', model.fingerprint ? `<code>${e(shortDigest(model.fingerprint))}</code>` : 'none'],
    ['Specification', `<code>${e(shortDigest(model.standard.digest))}</code>`],
    ['Ledger', count(model.ledger.size, 'record')],
  ];
  return `<header class="top"><p class="eyebrow">Conformity report against ${e(model.standard.name)} ${e(model.standard.version)}</p><h1>${e(model.system.name)}</h1><dl class="meta">${facts.map(([term, value]) => `<div><dt>${term}</dt><dd>${value}</dd></div>`).join('')}</dl></header>`;
}

function summary(model: ReportModel): string {
  const { outcome, counts } = model;
  return `<div class="banner v-${outcome.verdict}"><span class="sign" aria-hidden="true">${VERDICT_SIGN[outcome.verdict]}</span><div><p class="headline">${e(outcome.headline)}</p><p>${e(outcome.detail)}</p></div></div>
<div class="counts">${countTable('Mandatory duties (shall)', counts.shall)}${countTable('Recommended duties (should)', counts.should)}</div>
${dutyMap(model)}
<p class="lead">Each square is one duty and leads to its verdict.</p>
<ul class="legend">${LEGEND.map((verdict) => `<li>${badge(verdict)} ${e(VERDICT_MEANING[verdict])}</li>`).join('')}</ul>`;
}

function countTable(caption: string, counts: VerdictCounts): string {
  const rows = LEGEND.map(
    (verdict) => `<tr><th scope="row">${badge(verdict)}</th><td>${counts[verdict]}</td></tr>`,
  ).join('');
  const waived =
    counts.waived > 0
      ? `<tr><th scope="row">of these, waived for now</th><td>${counts.waived}</td></tr>`
      : '';
  return `<table><caption>${e(caption)}</caption><tbody>${rows}${waived}</tbody></table>`;
}

function dutyMap(model: ReportModel): string {
  const rows = model.principles.map(
    (principle) =>
      `<tr><th scope="row"><a href="#${e(principle.anchor)}">${e(heading(principle))}</a></th><td>${squares(principle, 'shall')}</td><td>${squares(principle, 'should')}</td></tr>`,
  );
  return table({
    caption: 'Every duty, by principle',
    columns: ['Principle', 'Shall', 'Should'],
    rows,
    kind: 'map',
  });
}

function heading(principle: PrincipleView): string {
  return principle.number > 0 ? `${principle.number}. ${principle.title}` : principle.title;
}

function squares(principle: PrincipleView, norm: Norm): string {
  const duties = principle.provisions
    .flatMap((provision) => provision.duties)
    .filter((duty) => duty.norm === norm);
  if (duties.length === 0) return '<span class="soft">none</span>';
  const items = duties.map(
    (duty) =>
      `<li><a class="v-${duty.verdict}" href="#${e(duty.anchor)}" aria-label="${e(`${duty.id}: ${VERDICT_WORD[duty.verdict]}${duty.waived ? ', waived' : ''}`)}" title="${e(duty.id)}">${VERDICT_SIGN[duty.verdict]}</a></li>`,
  );
  return `<ul class="squares">${items.join('')}</ul>`;
}

function steps(model: ReportModel): string {
  if (model.steps.length === 0)
    return '<p>Nothing is open. Keep the evidence fresh: see until when each verdict holds.</p>';
  const anchors = new Map(allDuties(model).map((duty) => [duty.id, duty.anchor]));
  const link = (id: string): string => `<a href="#${e(anchors.get(id) ?? 'verdicts')}">${e(id)}</a>`;
  const items = model.steps.slice(0, HTML_STEPS).map((step) => {
    const mayAttest =
      step.duties.length > 1 && step.action.includes('DUTY')
        ? ' <span class="soft">(once for each duty below, in the place of DUTY)</span>'
        : '';
    const say = (text: string): string =>
      rich(step.duties.length === 1 ? text.replaceAll('DUTY', step.duties[0] ?? 'DUTY') : text);
    const act = step.action
      ? `<p class="do">${say(step.action)}${mayAttest}</p><p class="soft">${say(step.problem)}</p>`
      : `<p class="do">${say(step.problem)}</p>`;
    return `<li><div>${act}<p class="duties">${badge(step.verdict)} ${tag(step.norm)} ${step.duties.map(link).join(' ')}</p></div></li>`;
  });
  const rest = model.steps.length - items.length;
  return `<p class="lead">Mandatory failures come first, then what is missing for mandatory duties, then recommendations. Within each, the step that moves most duties is first. Waived duties are left out here.</p><ol class="steps">${items.join('')}</ol>${rest > 0 ? `<p>${count(rest, 'more step')}: see the reasons under <a href="#verdicts">Verdict per duty</a>.</p>` : ''}`;
}

function allDuties(model: ReportModel): DutyView[] {
  return model.principles.flatMap((principle) =>
    principle.provisions.flatMap((provision) => provision.duties),
  );
}

function ics(model: ReportModel): string {
  const features = table({
    caption: 'Facts that switch duties on',
    columns: ['Fact', 'Holds', 'Known from', 'Why'],
    rows: model.features.map(
      (feature) =>
        `<tr><th scope="row">${e(feature.text)}</th><td><strong>${feature.value}</strong></td><td>${e(feature.from)}</td><td>${rich(feature.reason)}${feature.contradiction ? ` <strong>Contradiction: ${rich(feature.contradiction)}</strong>` : ''}</td></tr>`,
    ),
  });
  const provisions = model.principles.map((principle) =>
    table({
      caption: `Principle ${heading(principle)}`,
      columns: ['Duty', 'Verb', 'Applies', 'Reason'],
      groups: principle.provisions.map((provision) => ({
        head: `${e(provision.id)} ${e(provision.title)}`,
        rows: provision.duties.map(
          (duty) =>
            `<tr><th scope="row"><code>${e(duty.id)}</code> ${e(duty.text)}</th><td>${tag(duty.norm)}</td><td class="num">${e(duty.applies.word)}</td><td>${rich(duty.applies.reason)}</td></tr>`,
        ),
      })),
    }),
  );
  return `<p class="lead">Which duties apply to this system, computed from facts. A duty that does not apply is looked at again when its fact changes.</p>${features}${provisions.join('')}`;
}

function verdicts(model: ReportModel): string {
  const triggers = new Map(
    allDuties(model).flatMap((duty) => duty.reopens.map((trigger) => [trigger.id, trigger.text])),
  );
  const legend = table({
    caption: 'Events that re-open a verdict',
    columns: ['Event', 'Meaning'],
    rows: [...triggers]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([id, text]) => `<tr><th scope="row"><code>${e(id)}</code></th><td>${e(text)}</td></tr>`),
  });
  return model.principles.map(principleTable).join('') + (triggers.size > 0 ? legend : '');
}

function principleTable(principle: PrincipleView): string {
  const clause = principle.clause ? `Clause ${e(principle.clause)}. ` : '';
  return `<h3 id="${e(principle.anchor)}">${e(heading(principle))}</h3><p class="soft">${clause}${e(principle.phase)}.</p>${table(
    {
      caption: `Verdicts of ${principle.clause ? `clause ${principle.clause}` : principle.title}`,
      columns: ['Duty', 'Verdict', 'Why', 'Evidence', 'Holds'],
      kind: 'verdicts',
      wide: true,
      groups: principle.provisions.map((provision) => ({
        id: provision.anchor,
        head: `${e(provision.id)} ${e(provision.title)}${provision.shall ? ` ${badge(provision.shall, 'shall: ')}` : ''}${provision.should ? ` ${badge(provision.should, 'should: ')}` : ''}`,
        rows: provision.duties.map(dutyRow),
      })),
    },
  )}`;
}

function dutyRow(duty: DutyView): string {
  const reasons =
    duty.verdict === 'not_applicable'
      ? [{ code: 'NOT_APPLICABLE', message: duty.applies.reason }]
      : duty.reasons;
  const why = reasons
    .map((reason) => `<li>${rich(reason.message)}<span class="code">${e(reason.code)}</span></li>`)
    .join('');
  const references = duty.evidence.map(
    (item) =>
      `<li><a href="#${e(item.anchor)}">${e(item.type)} <code>${e(item.short.slice(0, 8))}</code></a><span class="code">${e(item.producer)}${item.actor ? `; ${e(item.actor)}` : ''}; observed ${e(day(item.observedAt))}${item.validUntil ? `, valid until ${e(day(item.validUntil))}` : ''}</span></li>`,
  );
  const absent = duty.absent.map((id) => `<li><code>${e(id)}</code> (not in this export)</li>`);
  const used = [...references, ...absent];
  const lapses = [
    ...(duty.validUntil ? [`until <span class="num">${e(day(duty.validUntil))}</span>`] : []),
    ...(duty.reopens.length > 0
      ? [`or until ${duty.reopens.map((trigger) => `<code class="num">${e(trigger.id)}</code>`).join(' ')}`]
      : []),
  ];
  return `<tr id="${e(duty.anchor)}"><th scope="row" class="duty"><code>${e(duty.id)}</code> ${tag(duty.norm)}<br>${e(duty.text)}<span class="code">${e(duty.roles.join(', '))}</span></th><td>${badge(duty.verdict)}${duty.waived ? ' <span class="tag">waived</span>' : ''}</td><td><ul class="reasons">${why}</ul></td><td>${used.length > 0 ? `<ul class="refs">${used.join('')}</ul>` : '<span class="soft">none</span>'}</td><td class="soft">${holds(lapses)}</td></tr>`;
}

function holds(lapses: readonly string[]): string {
  return lapses.length === 0 ? 'as long as the evidence stands' : lapses.join('<br>').replace(/^or /, '');
}

function evidence(model: ReportModel): string {
  if (model.evidence.length === 0) return '<p>No verdict rests on recorded evidence.</p>';
  return table({
    caption: `${count(model.evidence.length, 'observation')} that verdicts rest on, newest first`,
    columns: [
      'Id',
      'Type',
      'Producer',
      'Actor and role',
      'Observed',
      'Valid until',
      'Subject and source',
      'Used by',
    ],
    wide: true,
    rows: model.evidence.map(
      (item) =>
        `<tr id="${e(item.anchor)}"><th scope="row"><code>${e(item.id)}</code></th><td>${e(item.type)}</td><td>${e(item.producer)}</td><td>${e(item.actor) || 'machine'}</td><td class="num">${e(day(item.observedAt))}</td><td class="num">${e(day(item.validUntil)) || 'no end'}</td><td>${item.subjects.map(e).join('<br>')}${item.source ? `<br><span class="soft">${e(item.source)}</span>` : ''}</td><td>${item.usedBy.map((id) => `<code>${e(id)}</code>`).join(' ')}</td></tr>`,
    ),
  });
}

function inventory(model: ReportModel): string {
  if (model.drawing.assets === 0)
    return '<p>No asset was found or declared. That is unknown, not empty: see <a href="#unknowns">What could not be checked</a>.</p>';
  const kinds = model.assetKinds.map((kind) => `${kind.count} ${kind.word}`).join(', ');
  const caption = model.drawing.grouped
    ? 'Grouped by kind, because single assets would be too many to read.'
    : 'Each box is an asset.';
  return `<p>${count(model.drawing.assets, 'asset')}: ${e(kinds)}.</p><figure class="figure"><div class="scroll" role="region" tabindex="0" aria-label="Drawing of the inventory">${drawingSvg(model.drawing, { id: 'inventory-drawing' })}</div><figcaption>${e(caption)} All assets and relations are in tables 3 and 4 of the <a href="#ixit">information for testing</a>.</figcaption></figure>`;
}

function findings(model: ReportModel): string {
  if (model.findings.length === 0)
    return '<p>The scan reported no finding. What it could not read is listed in the next section.</p>';
  const shown = model.findings.slice(0, MOST_FINDINGS);
  const more = model.findings.length - shown.length;
  return `${table({
    caption: `${count(model.findings.length, 'finding')}, most severe first`,
    columns: ['Severity', 'What', 'Where', 'Rule', 'Confidence (0 to 1)'],
    wide: true,
    rows: shown.map(
      (finding) =>
        `<tr><th scope="row">${e(finding.severity)}</th><td>${rich(finding.message)}</td><td><code>${e(finding.where)}</code></td><td><code>${e(finding.rule)}</code></td><td>${finding.confidence}</td></tr>`,
    ),
  })}${more > 0 ? `<p>${count(more, 'more finding')} in the JSON document.</p>` : ''}`;
}

function unknowns(model: ReportModel): string {
  if (model.unknownCount === 0) return '<p>Everything in scope could be read.</p>';
  const groups = model.unknowns.map((group) => {
    const shown = group.items.slice(0, MOST_PER_UNKNOWN);
    const more = group.items.length - shown.length;
    return `${table({
      caption: `${group.scanner}: ${group.code} (${group.items.length})`,
      columns: ['Where', 'Why'],
      rows: shown.map(
        (item) => `<tr><th scope="row"><code>${e(item.where)}</code></th><td>${rich(item.message)}</td></tr>`,
      ),
    })}${more > 0 ? `<p>${count(more, 'more place')} in the JSON document.</p>` : ''}`;
  });
  return `<p class="lead">${count(model.unknownCount, 'place')} could not be read or decided. Nothing is known about ${model.unknownCount === 1 ? 'it' : 'them'}, and no verdict treats ${model.unknownCount === 1 ? 'it' : 'them'} as clean.</p>${groups.join('')}`;
}

function ixit(model: ReportModel): string {
  const tables = model.ixit.map((entry) => {
    const title = `<h3 id="ixit-${entry.number}">${entry.number}. ${e(entry.title)}</h3>`;
    const note = entry.note ? `<p>${e(entry.note)}</p>` : '';
    if (entry.rows.length === 0)
      return `<div class="ixit-empty">${title}<p>No information recorded.</p>${note}</div>`;
    return `${title}${table({
      caption: `Table ${entry.number}: ${entry.title}`,
      columns: entry.columns,
      wide: entry.columns.length > 4,
      rows: entry.rows.map(
        (row) =>
          `<tr>${row.map((cell, index) => (index === 0 ? `<th scope="row">${rich(cell)}</th>` : `<td>${rich(cell)}</td>`)).join('')}</tr>`,
      ),
    })}${note}`;
  });
  return `<p class="lead">What a tester needs to know, filled from the inventory and from recorded evidence.</p>${tables.join('')}`;
}

function ledger(model: ReportModel): string {
  const note = model.ledger.note.filter((line) => line.length > 0);
  const root = model.ledger.root ? `root <code>${e(model.ledger.root)}</code>` : 'no root';
  const signed =
    note.length > 0
      ? `<p>Signed checkpoint:</p><pre><code>${note.map(e).join('\n')}</code></pre>`
      : '<p>No signed checkpoint was given to this report.</p>';
  return `<p>${count(model.ledger.size, 'record')}, ${root}.</p>${signed}<p>With the public key, <code>custos ledger verify</code> checks offline that no record was changed, dropped or moved.</p><dl class="meta"><div><dt>Specification digest</dt><dd><code>${e(model.standard.digest)}</code></dd></div><div><dt>Fingerprint of the system</dt><dd><code>${e(model.fingerprint) || 'none'}</code></dd></div></dl>`;
}

interface TableParts {
  caption: string;
  columns: readonly string[];
  rows?: readonly string[];
  groups?: readonly { head: string; rows: readonly string[]; id?: string }[];
  kind?: string;
  wide?: boolean;
}

function table({ caption, columns, rows, groups, kind, wide }: TableParts): string {
  const head = columns.map((column) => `<th scope="col">${e(column)}</th>`).join('');
  const bodies = rows
    ? `<tbody>${rows.join('')}</tbody>`
    : (groups ?? [])
        .map(
          (group) =>
            `<tbody><tr class="group"${group.id ? ` id="${e(group.id)}"` : ''}><th scope="rowgroup" colspan="${columns.length}">${group.head}</th></tr>${group.rows.join('')}</tbody>`,
        )
        .join('');
  const body = `<table${kind ? ` class="${kind}"` : ''}><caption>${e(caption)}</caption><thead><tr>${head}</tr></thead>${bodies}</table>`;
  return wide
    ? `<div class="scroll" role="region" tabindex="0" aria-label="${e(caption)}">${body}</div>`
    : body;
}

function badge(verdict: Verdict, before = ''): string {
  return `<span class="badge v-${verdict}">${before}<span aria-hidden="true">${VERDICT_SIGN[verdict]}</span> ${VERDICT_WORD[verdict]}</span>`;
}

function tag(norm: Norm): string {
  return `<span class="tag ${norm}">${norm}</span>`;
}

function bullets(items: readonly string[]): string {
  return `<ul>${items.map((item) => `<li>${item}</li>`).join('')}</ul>`;
}

/** Escaped text in which \`…\` becomes code. */
function rich(text: string): string {
  return e(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}
