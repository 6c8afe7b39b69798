/**
 * The public page on which End-users read why poorly documented or unsecured components are used (EN 304 223, 5.2.3-2.2): one HTML
 * file without scripts or requests, and the same as JSON for machines. It names no person; roles answer.
 */

import { supplierOf } from '@custos/bom';
import type { Instant } from '@custos/core';
import { renderPublicPage } from '../public-page/public-page.ts';
import { clean, count, day, escapeHtml as e, readableTime } from '../report/text.ts';
import { KIND_WORD } from '../report/words.ts';
import type { Part } from './criteria.ts';
import type { ComponentState } from './register.ts';

export const JUSTIFICATION_PAGE_FORMAT = 'custos-justification-page/1';
/** The element of the page that holds the document below. */
const DATA_ID = 'justifications';

export interface JustificationDocument {
  readonly format: typeof JUSTIFICATION_PAGE_FORMAT;
  readonly system: { readonly id: string; readonly name: string };
  readonly writtenAt: Instant;
  /** Component → id of the justification that the page shows: `statements` of a `publication` observation. */
  readonly statements: Readonly<Record<string, string>>;
}

export interface JustificationPage {
  /** Files to publish together, by name. */
  readonly files: ReadonlyMap<string, string>;
  readonly document: JustificationDocument;
}

/**
 * @param states of all external components; those that are poor and justified appear, those without justification are named as such
 * @returns the same bytes for the same input
 */
export function buildJustificationPage(
  system: { readonly id: string; readonly name: string },
  states: readonly ComponentState[],
  writtenAt: Instant,
): JustificationPage {
  const poor = states.filter((state) => state.poor === true);
  const document: JustificationDocument = {
    format: JUSTIFICATION_PAGE_FORMAT,
    system: { id: system.id, name: clean(system.name) },
    writtenAt,
    statements: Object.fromEntries(
      poor.flatMap(({ asset, justification }) => (justification ? [[asset.id, justification.id]] : [])),
    ),
  };
  return {
    document,
    files: new Map([
      ['index.html', render(document, poor, states.filter((state) => state.poor === undefined).length)],
      ['justifications.json', `${JSON.stringify(document, undefined, 2)}\n`],
    ]),
  };
}

function render(document: JustificationDocument, poor: readonly ComponentState[], unscored: number): string {
  const title = `Why ${document.system.name} uses components with little documentation or security`;
  const contents =
    poor.length > 1
      ? `<nav aria-label="Components"><ul>${poor.map(({ asset }, index) => `<li><a href="#c${index + 1}">${e(clean(asset.name))}</a></li>`).join('')}</ul></nav>`
      : '';
  const body =
    poor.length === 0
      ? `<p>${unscored > 0 ? 'No component that was scored' : 'No component in use'} is below the line that the organisation has set for documentation and security.</p>`
      : `<p>${count(poor.length, 'component')} in use ${poor.length === 1 ? 'is' : 'are'} below the line that the organisation has set for documentation and security. For each, this page says what is missing, why it is used nevertheless, what could go wrong, and what is done about it.</p>${contents}${poor.map(section).join('\n')}`;
  return renderPublicPage({
    title,
    body: `${body}
${unscored > 0 ? `<p><strong>${count(unscored, 'component')} in use ${unscored === 1 ? 'has' : 'have'} not been scored yet, so nothing is known of ${unscored === 1 ? 'it' : 'them'} here.</strong></p>\n` : ''}<p>Written ${e(readableTime(document.writtenAt))} from signed records.</p>`,
    dataId: DATA_ID,
    data: document,
  });
}

function section(state: ComponentState, index: number): string {
  const { asset, score, justification, assessment } = state;
  const version = asset.version === undefined ? '' : `, version ${e(clean(asset.version))}`;
  const missing = Object.entries(score?.parts ?? {})
    .filter(([, met]) => !met)
    .map(([name]) => `<li>${e(partWord(name))}: ${e(clean(score?.reasons?.[name] ?? 'not met'))}</li>`);
  const head = `<section aria-labelledby="c${index + 1}"><h2 id="c${index + 1}">${e(clean(asset.name))}</h2><p>A ${e(KIND_WORD[asset.kind][0])} by ${e(clean(supplierOf(asset) ?? 'another organisation'))}${version}.</p>`;
  const gaps = missing.length > 0 ? `<h3>What is missing</h3><ul>${missing.join('')}</ul>` : '';
  if (!justification)
    return `${head}${gaps}<p><strong>No justification has been given yet.</strong></p></section>`;
  const { content, id, at, until } = justification;
  const controls = content.controls.map((control) => `<li>${e(clean(control))}</li>`).join('');
  const risk = content.riskAssessment ?? assessment?.aiRisks;
  return `${head}${gaps}
<h3>Why it is used nevertheless</h3><p>${e(clean(content.rationale))}</p>
<h3>What could go wrong</h3><p>${e(clean(risk ?? 'No risk assessment has been given yet.'))}</p>
<h3>What is done about it</h3>${controls === '' ? '<p>No mitigating control has been named yet.</p>' : `<ul>${controls}</ul>`}
<dl><dt>Stated by</dt><dd>the System Operator on ${e(day(at))}${until === undefined ? '' : `; it ends on ${e(day(until))} unless it is renewed`}</dd><dt>Record</dt><dd><code>${e(id)}</code></dd></dl></section>`;
}

function partWord(name: Part['name']): string {
  return name.replaceAll('_', ' ');
}
