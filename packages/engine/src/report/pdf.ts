/**
 * The report as PDF/UA-1. Everything the report says reaches Typst as JSON data, never as markup, so no text in it can be
 * run. Fonts are bundled, the date is the time of evaluation: same input, same bytes, so a report can be hashed and signed.
 */
import { type Assessment, CustosError } from '@custos/core';
import { FAMILY, type Fonts, fonts } from './font.ts';
import { drawingSvg, drawingText } from './graph.ts';
import { LEGEND, MOST_FINDINGS, MOST_PER_UNKNOWN } from './limits.ts';
import { buildModel, type ReportContext, type ReportModel } from './model.ts';
import { TEMPLATE } from './pdf-template.ts';
import { count, day, readableTime, shortDigest } from './text.ts';
import { CLAIMS, VERDICT_MEANING, VERDICT_SIGN, VERDICT_WORD } from './words.ts';

/** Signs that the mono font, which the compiler carries, draws. */
const SIGNS = new Set([...Object.values(VERDICT_SIGN).join(''), '\u200b'].map((sign) => sign.codePointAt(0)));

/**
 * Draws the report with the Typst compiler, which is loaded on first use.
 * @throws CustosError REPORT_PDF when the compiler is missing on this platform or refuses the document.
 */
export async function renderPdf(assessment: Assessment, context: ReportContext): Promise<Uint8Array> {
  const model = buildModel(assessment, context);
  const { NodeCompiler, PdfStandard } = await loadCompiler();
  const face = fonts();
  const compiler = NodeCompiler.create({ fontArgs: [{ fontBlobs: face.files }] });
  const inputs = { data: typstData(model, face) };
  const compiled = compiler.compile({ mainFileContent: TEMPLATE, inputs });
  if (!compiled.result) {
    const error = compiled.takeError();
    throw refused(error ? JSON.stringify(compiler.fetchDiagnostics(error)).slice(0, 500) : 'no diagnostics');
  }
  try {
    return new Uint8Array(compiler.pdf(compiled.result, { pdfStandard: PdfStandard.UA_1 }));
  } catch (cause) {
    throw refused(cause instanceof Error ? cause.message.slice(0, 500) : 'unknown error', cause);
  } finally {
    compiler.evictCache(0);
  }
}

async function loadCompiler() {
  try {
    return await import('@myriaddreamin/typst-ts-node-compiler');
  } catch (cause) {
    throw new CustosError(
      'REPORT_PDF',
      'The PDF compiler (@myriaddreamin/typst-ts-node-compiler) has no build for this platform or is not installed. Use --format html and print it.',
      { cause },
    );
  }
}

function refused(why: string, cause?: unknown): CustosError {
  return new CustosError(
    'REPORT_PDF',
    `The PDF could not be made: ${why}. Use --format html, and report this.`,
    { cause },
  );
}

/** The model with what only the PDF needs, as JSON whose every character the fonts can draw. */
function typstData(model: ReportModel, face: Fonts): string {
  const date = new Date(model.evaluatedAt);
  const data = {
    ...model,
    drawing: undefined,
    svg: drawable(drawingSvg(model.drawing, { id: 'inventory', font: FAMILY }), face),
    svgText: drawable(drawingText(model.drawing), face),
    svgWidth: model.drawing.width,
    assets: model.drawing.assets,
    grouped: model.drawing.grouped,
    date: {
      year: date.getUTCFullYear(),
      month: date.getUTCMonth() + 1,
      day: date.getUTCDate(),
      hour: date.getUTCHours(),
      minute: date.getUTCMinutes(),
      second: date.getUTCSeconds(),
    },
    readable: readableTime(model.evaluatedAt),
    fingerprintShort: model.fingerprint ? shortDigest(model.fingerprint) : 'none',
    specificationShort: shortDigest(model.standard.digest),
    records: count(model.ledger.size, 'record'),
    note: model.ledger.note.filter((line) => line.length > 0),
    legend: LEGEND.map((verdict) => ({ verdict, meaning: VERDICT_MEANING[verdict] })),
    words: VERDICT_WORD,
    signs: VERDICT_SIGN,
    claims: CLAIMS,
    steps: model.steps.map((step) => ({
      ...step,
      problem: filled(step.duties, step.problem),
      action: filled(step.duties, step.action),
    })),
    evidence: model.evidence.map((item) => ({
      ...item,
      observedAt: day(item.observedAt),
      validUntil: day(item.validUntil) || 'no end',
    })),
    principles: model.principles.map((principle) => ({
      ...principle,
      provisions: principle.provisions.map((provision) => ({
        ...provision,
        duties: provision.duties.map((duty) => ({
          ...duty,
          validUntil: duty.validUntil ? day(duty.validUntil) : '',
        })),
      })),
    })),
    kinds: model.assetKinds.map((kind) => `${kind.count} ${kind.word}`).join(', '),
    findings: model.findings.slice(0, MOST_FINDINGS),
    moreFindings: Math.max(0, model.findings.length - MOST_FINDINGS),
    unknowns: model.unknowns.map((group) => ({
      ...group,
      size: group.items.length,
      items: group.items.slice(0, MOST_PER_UNKNOWN),
    })),
  };
  return JSON.stringify(data, (key, value: unknown) =>
    typeof value === 'string' && key !== 'svg' && key !== 'svgText'
      ? breakable(drawable(value, face))
      : value,
  );
}

function filled(duties: readonly string[], text: string): string {
  return duties.length === 1 ? text.replaceAll('DUTY', duties[0] ?? 'DUTY') : text;
}

/** Characters that no bundled font has are spelled out: \`[U+6F22]\`. */
function drawable(text: string, face: Fonts): string {
  let result = '';
  for (const char of text) {
    const code = char.codePointAt(0) ?? 0;
    result +=
      face.draws(code) || SIGNS.has(code) ? char : `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
  }
  return result;
}

/** Lets long words (digests, paths, addresses) break inside a table cell. */
function breakable(text: string): string {
  return text.replace(/[^\s\u200b]{15,}/g, (word) =>
    word.replace(/([/\\.:@_=-]+)(?=[^/\\.:@_=-])|([^/\\.:@_=\-\u200b]{14})(?=.)/g, '$&\u200b'),
  );
}
