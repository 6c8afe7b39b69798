import { existsSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { assessmentFixture, contextFixture, hostileFixture, loadSpecification } from './fixture.ts';
import { renderHtml, renderMarkdown, renderPdf, renderSarif, renderSummary } from './index.ts';
import { nextSteps, splitReason } from './model.ts';
import { clean } from './text.ts';

const assessment = assessmentFixture();
const context = contextFixture();
const html = renderHtml(assessment, context);
const body = html.slice(html.indexOf('<body>'));
const duties = assessment.provisions.flatMap((provision) => provision.duties);

describe('HTML', () => {
  it('has a row for every duty of the catalogue, with the word of its verdict', () => {
    expect(duties).toHaveLength(133);
    for (const duty of duties) expect(body).toContain(`id="duty-${duty.id.replace('/', '-')}"`);
  });

  it('never shows a percentage', () => {
    expect(body).not.toContain('%');
    expect(body).not.toMatch(/per ?cent/i);
  });

  it('is one file without scripts or requests', () => {
    expect(html).not.toMatch(/<script|<link|<img|<iframe|@import|url\((?!#)/i);
    expect(html).toContain("default-src 'none'");
  });

  it('shows all 41 IXIT tables, empty ones as such', () => {
    for (let number = 1; number <= 41; number += 1) expect(body).toContain(`id="ixit-${number}"`);
    expect(body).toContain('No information recorded.');
    expect(body).toContain('legal advice');
  });

  it('counts shall and should apart', () => {
    const { shall, should } = assessment.counts;
    expect(body).toContain(`${shall.fail} mandatory duties fail`);
    expect(body).toContain(`${should.fail} fail and ${should.inconclusive} inconclusive`);
    expect(body).toContain('Mandatory duties (shall)');
    expect(body).toContain('Recommended duties (should)');
  });

  it('links every verdict to evidence that the report holds, and says when it does not', () => {
    for (const target of body.matchAll(/href="#([^"]+)"/g)) expect(html).toContain(`id="${target[1]}"`);
    const without = renderHtml(assessment, { ...context, evidence: [] });
    expect(without).toContain('not in this export');
  });

  it('tells what is unknown, and an empty inventory is not clean', () => {
    expect(body).toContain('3 places could not be read or decided');
    const empty = renderHtml(assessmentFixture({ inventory: { assets: [], edges: [] } }), context);
    expect(empty).toContain('That is unknown, not empty');
  });

  it('groups a large inventory by kind and stays the same', () => {
    const assets = Array.from({ length: 300 }, (_, n) => ({
      id: `component:npm/p${n}`,
      kind: 'component' as const,
      name: `p${n}`,
      locations: [],
    }));
    const large = assessmentFixture({ inventory: { assets, edges: [] } });
    const drawn = renderHtml(large, context);
    expect(drawn).toContain('Grouped by kind');
    expect(drawn).toContain('300 components');
    expect(renderHtml(large, context)).toBe(drawn);
  });
});

describe('hostile names', () => {
  const hostile = hostileFixture();

  it('stay text in HTML', () => {
    const drawn = renderHtml(hostile.assessment, hostile.context);
    expect(drawn).not.toMatch(/<script/i);
    expect(drawn).toContain('&lt;script&gt;');
    expect(hasControls(drawn)).toBe(false);
    expect(drawn).not.toContain('\u202e');
  });

  it('stay text in Markdown', () => {
    const drawn = renderMarkdown(hostile.assessment, hostile.context);
    const outside = drawn.replace(/`[^`\n]*`/g, '').replace(/^ {4}.*$/gm, '');
    expect(outside).not.toMatch(/(?<!\\)<script/);
    expect(outside).not.toMatch(/(?<!\\)\[link(?<!\\)\]/);
    expect(hasControls(drawn)).toBe(false);
  });

  it('cannot steer a terminal', () => {
    const drawn = renderSummary(hostile.assessment, hostile.context.specification, {
      colour: false,
      width: 80,
    });
    expect(hasControls(drawn)).toBe(false);
    const coloured = renderSummary(hostile.assessment, hostile.context.specification, {
      colour: true,
      width: 80,
    });
    const ours = new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g');
    expect(hasControls(coloured.replace(ours, ''))).toBe(false);
    expect(coloured).toContain('\\u{1b}[31m');
  });

  it('are not run by Typst and do not stop the PDF', async () => {
    const bytes = await renderPdf(hostile.assessment, hostile.context);
    expect(Buffer.from(bytes.slice(0, 5)).toString()).toBe('%PDF-');
  });

  it('are spelled out, folded and cut with the length told', () => {
    expect(clean('a\u001b[31m\n b\u202e')).toBe('a\\u{1b}[31m b\\u{202e}');
    expect(clean('x'.repeat(30_000))).toMatch(/… \(cut; 30000 characters\)$/);
  });
});

describe('PDF', () => {
  it('is byte-identical for the same input and changes with it', async () => {
    const first = Buffer.from(await renderPdf(assessment, context));
    const second = Buffer.from(await renderPdf(assessmentFixture(), contextFixture()));
    expect(first.equals(second)).toBe(true);
    const later = Buffer.from(
      await renderPdf(assessmentFixture({ evaluatedAt: '2026-04-01T00:00:00Z' }), context),
    );
    expect(first.equals(later)).toBe(false);
  });

  it('declares PDF/UA-1, is tagged and dated with the time of evaluation', async () => {
    const text = Buffer.from(await renderPdf(assessment, context)).toString('latin1');
    expect(text).toContain('pdfuaid:part>1<');
    expect(text).toContain('/MarkInfo');
    expect(text).toContain('2026-03-02T09:30:00');
  });
});

const SCHEMA = new URL(
  'schemas/sarif/sarif-schema-2.1.0.json',
  new URL(`${process.env.CUSTOS_VECTORS ?? '../shared/vectors'}/`, `file://${process.cwd()}/`),
);

describe('SARIF', () => {
  const log = JSON.parse(renderSarif(assessment, context));

  describe.skipIf(!existsSync(SCHEMA))('against the OASIS schema', () => {
    const ajv = new Ajv({ strict: false, allErrors: true, validateSchema: false });
    addFormats.default(ajv);
    const { $schema, id, ...schema } = JSON.parse(existsSync(SCHEMA) ? readFileSync(SCHEMA, 'utf8') : '{}');
    const validate = ajv.compile(schema);

    it('is the draft-04 schema of OASIS', () => {
      expect([$schema, id].join(' ')).toMatch(/draft-04.*sarif/);
    });

    it('is valid, also with hostile names', () => {
      expect(validate(log), JSON.stringify(validate.errors)).toBe(true);
      const hostile = hostileFixture();
      expect(validate(JSON.parse(renderSarif(hostile.assessment, hostile.context)))).toBe(true);
    });

    it('is not valid when a result has no message', () => {
      const broken = structuredClone(log);
      delete broken.runs[0].results[0].message;
      expect(validate(broken)).toBe(false);
    });
  });

  it('has every finding and one result per failing or inconclusive duty', () => {
    const open = duties.filter((duty) => duty.verdict === 'fail' || duty.verdict === 'inconclusive');
    expect(log.runs[0].results).toHaveLength(assessment.findings.length + open.length);
    expect(log.runs[0].invocations[0].toolExecutionNotifications).toHaveLength(assessment.unknowns.length);
    const suppressed = log.runs[0].results.filter(
      (result: { suppressions?: unknown }) => result.suppressions,
    );
    expect(suppressed).toHaveLength(duties.filter((duty) => duty.waived).length);
  });
});

describe('terminal summary', () => {
  const text = renderSummary(assessment, loadSpecification(), { colour: false, width: 80 });

  it('keeps to the width and has no colour when told so', () => {
    expect(hasControls(text)).toBe(false);
    for (const line of text.trimEnd().split('\n').slice(0, -1))
      expect([...line].length).toBeLessThanOrEqual(80);
  });

  it('ends with what to do next', () => {
    expect(text.trimEnd().split('\n').at(-1)).toMatch(/^Next: [Pp]ut right: .*tool:refund/);
  });

  it('says so when nothing is open', () => {
    const counts = { pass: 1, fail: 0, inconclusive: 0, not_applicable: 0, waived: 0 };
    const good = assessmentFixture({
      provisions: [],
      unknowns: [],
      findings: [],
      counts: { shall: counts, should: counts },
    });
    const drawn = renderSummary(good, loadSpecification(), { colour: false, width: 80 });
    expect(drawn).toContain('Every mandatory duty that applies is shown by evidence (1)');
    expect(drawn.trimEnd().split('\n').at(-1)).toMatch(/^Next: nothing is open/);
  });

  it('never calls an assessment that decided nothing a pass', () => {
    const counts = { pass: 0, fail: 0, inconclusive: 0, not_applicable: 3, waived: 0 };
    const nothing = assessmentFixture({ provisions: [], counts: { shall: counts, should: counts } });
    expect(renderSummary(nothing, loadSpecification(), { colour: false, width: 80 })).toContain(
      'No mandatory duty was decided',
    );
  });
});

describe('next steps', () => {
  it('put mandatory failures first, join duties, leave out waived ones', () => {
    const steps = nextSteps(assessment);
    expect(steps[0]).toMatchObject({ verdict: 'fail', norm: 'shall' });
    const attest = steps.find((step) => step.action.includes('custos attest DUTY'));
    expect(attest?.duties.length).toBeGreaterThan(1);
    const waived = duties.filter((duty) => duty.waived).map((duty) => duty.id);
    expect(waived.length).toBeGreaterThan(0);
    for (const id of waived) expect(steps.some((step) => step.duties.includes(id))).toBe(false);
  });

  it('split what is wrong from what to do', () => {
    expect(splitReason('There is none. Next: record it.')).toEqual({
      problem: 'There is none.',
      action: 'Record it.',
    });
    expect(splitReason('It failed.')).toEqual({ problem: 'It failed.', action: '' });
  });
});

/** Control characters other than line breaks. */
function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text.replaceAll('\n', ''));
}
