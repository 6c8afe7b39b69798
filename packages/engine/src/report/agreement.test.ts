/** Every format is parsed back by its own rules and must tell the verdicts of the assessment: 72 × (shall, should), and 133 duties. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { validateBom } from '@custos/bom';
import { type Assessment, VERDICTS } from '@custos/core';
import { createKey, Keyring, openEnvelope } from '@custos/trust';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { strFromU8, unzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { assessmentFixture, contextFixture, hostileFixture } from './fixture.ts';
import { EXPORT_FORMATS, type ExportFormatName } from './formats.ts';
import { PACK_FORMATS } from './pack-formats.ts';
import { renderExport } from './render-export.ts';

const { signer } = createKey('custos.example.org');
const context = contextFixture();
const assessment = assessmentFixture();
const VECTORS =
  process.env.CUSTOS_VECTORS ?? fileURLToPath(new URL('../../../../../shared/vectors', import.meta.url));
const OSCAL = join(VECTORS, 'schemas/oscal/oscal_assessment-results_schema.json');

interface Told {
  /** `id shall` and `id should` of provisions, `id` of duties. */
  [subject: string]: string;
}

function told(of: Assessment): Told {
  const all: Told = {};
  for (const provision of of.provisions) {
    all[`${provision.id} shall`] = provision.shall ?? 'none';
    all[`${provision.id} should`] = provision.should ?? 'none';
    for (const duty of provision.duties) all[duty.id] = duty.verdict;
  }
  return all;
}

const Verdict = z.enum([...VERDICTS, 'none']);
const asText = (data: string | Uint8Array) => (typeof data === 'string' ? data : strFromU8(data));
/** Formats that leave out a verb which a provision does not have. */
function withNone(partial: Told): Told {
  const all = { ...partial };
  for (const { id } of assessment.provisions)
    for (const verb of ['shall', 'should']) all[`${id} ${verb}`] ??= 'none';
  return all;
}

function parseCsv(text: string): string[][] {
  const rows: string[][] = [];
  for (const [row] of text.matchAll(/(?:"(?:[^"]|"")*"|[^",\r\n]*)(?:,(?:"(?:[^"]|"")*"|[^",\r\n]*))*\r\n/g))
    rows.push(
      [...row.slice(0, -2).matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
        ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain ?? '',
      ),
    );
  return rows;
}

function fromRows(rows: string[][]): Told {
  const [head = [], ...body] = rows;
  const at = (row: string[], name: string) => row[head.indexOf(name)] ?? '';
  const all: Told = {};
  for (const row of body) {
    all[`${at(row, 'provision')} shall`] = at(row, 'provision_shall');
    all[`${at(row, 'provision')} should`] = at(row, 'provision_should');
    all[at(row, 'duty')] = at(row, 'verdict');
  }
  return all;
}

const decodeXml = (text: string) =>
  text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');

function sheetRows(data: Uint8Array, sheet: number): string[][] {
  const xml = strFromU8(unzipSync(data)[`xl/worksheets/sheet${sheet}.xml`] ?? new Uint8Array());
  return [...xml.matchAll(/<row [^>]*>(.*?)<\/row>/gs)].map(([, row = '']) =>
    [...row.matchAll(/<t [^>]*>(.*?)<\/t>/gs)].map(([, text = '']) => decodeXml(text)),
  );
}

const Json = z.looseObject({});
const readers: Record<ExportFormatName, (data: string | Uint8Array) => Told> = {
  json: (data) => told(JSON.parse(asText(data)) as Assessment),
  sarif: (data) => {
    const log = z
      .object({
        runs: z.tuple([
          z.object({
            results: z.array(z.object({ ruleId: z.string(), kind: z.string() })),
            properties: z.object({
              verdicts: z.object({
                provisions: z.record(
                  z.string(),
                  z.object({ shall: Verdict.nullable(), should: Verdict.nullable() }),
                ),
                duties: z.record(z.string(), Verdict),
              }),
            }),
          }),
        ]),
      })
      .parse(JSON.parse(asText(data))).runs[0];
    const { provisions, duties } = log.properties.verdicts;
    // What stands as a result must say the same as the list.
    for (const [id, verdict] of Object.entries(duties)) {
      const kinds = log.results.filter((result) => result.ruleId === id).map((result) => result.kind);
      expect(kinds).toEqual(verdict === 'fail' ? ['fail'] : verdict === 'inconclusive' ? ['open'] : []);
    }
    const all: Told = { ...duties };
    for (const [id, { shall, should }] of Object.entries(provisions)) {
      all[`${id} shall`] = shall ?? 'none';
      all[`${id} should`] = should ?? 'none';
    }
    return all;
  },
  cyclonedx: (data) => {
    const bom: unknown = JSON.parse(asText(data));
    const Entry = z.looseObject({
      requirement: z.string(),
      conformance: z.object({ score: z.number().optional(), rationale: Verdict }),
    });
    const { attestations, claims } = z
      .object({
        declarations: z.object({
          attestations: z.array(z.object({ map: z.array(Entry) })),
          claims: z.array(z.looseObject({ predicate: z.string() })),
        }),
      })
      .parse(bom).declarations;
    const all: Told = {};
    for (const { requirement, conformance } of attestations.flatMap(({ map }) => map)) {
      const [kind = '', id = '', verb] = requirement.split(':');
      all[verb === undefined ? id : `${id} ${verb}`] = conformance.rationale;
      expect(kind).toBe(verb === undefined ? 'duty' : 'provision');
      expect(conformance.score).toBe({ pass: 1, fail: 0 }[conformance.rationale as string]);
    }
    for (const { predicate } of claims) {
      const [, id = '', verdict] = /^Duty (\S+) \(\w+\): (\w+)/.exec(predicate) ?? [];
      expect(verdict).toBe(all[id]);
    }
    return withNone(all);
  },
  oscal: (data) => {
    const Props = z.array(z.object({ name: z.string(), value: z.string() }));
    const findings = z
      .object({
        'assessment-results': z.object({
          results: z.tuple([
            z.looseObject({
              findings: z.array(
                z.looseObject({
                  props: Props,
                  target: z.looseObject({ status: z.object({ state: z.string(), reason: z.string() }) }),
                }),
              ),
            }),
          ]),
        }),
      })
      .parse(JSON.parse(asText(data)))['assessment-results'].results[0].findings;
    const all: Told = {};
    for (const { props, target } of findings) {
      const of = (name: string) => props.find((item) => item.name === name)?.value ?? '';
      all[of('duty') || `${of('provision')} ${of('verb')}`] = of('verdict');
      expect(target.status.state).toBe(of('verdict') === 'pass' ? 'satisfied' : 'not-satisfied');
      expect(target.status.reason).toBe(of('verdict').replace('_', '-'));
    }
    return withNone(all);
  },
  'in-toto': (data) => {
    const opened = openEnvelope(JSON.parse(asText(data)), new Keyring([signer.publicKey]));
    expect(opened.authenticity.verified).toBe(true);
    return told(opened.statement.predicate.content as Assessment);
  },
  csv: (data) => fromRows(parseCsv(asText(data))),
  xlsx: (data) => {
    if (typeof data === 'string') throw new Error('no workbook');
    const all = fromRows(sheetRows(data, 3));
    const [, ...provisions] = sheetRows(data, 2);
    expect(provisions).toHaveLength(72);
    for (const [id = '', , shall, should] of provisions) {
      expect(all[`${id} shall`]).toBe(shall);
      expect(all[`${id} should`]).toBe(should);
    }
    return all;
  },
  ics: (data) => {
    const { ics } = z
      .object({
        ics: z.array(
          z.object({
            provision: z.string(),
            shall: Verdict.nullable(),
            should: Verdict.nullable(),
            duties: z.array(z.object({ duty: z.string(), verdict: Verdict, applies: z.string() })),
          }),
        ),
      })
      .parse(JSON.parse(asText(data)));
    const all: Told = {};
    for (const { provision, shall, should, duties } of ics) {
      all[`${provision} shall`] = shall ?? 'none';
      all[`${provision} should`] = should ?? 'none';
      for (const { duty, verdict, applies } of duties) {
        all[duty] = verdict;
        expect(verdict === 'not_applicable').toBe(applies === 'no');
      }
    }
    return all;
  },
  html: (data) => documentVerdicts(asText(data)),
  md: (data) => documentVerdicts(asText(data)),
  pdf: () => ({}),
};

/** Documents for people are read in report.test.ts; here only that they name each duty. */
function documentVerdicts(text: string): Told {
  const all = told(assessment);
  const plain = text.replaceAll('\\', '');
  for (const { id } of assessment.provisions.flatMap((provision) => provision.duties))
    expect(plain).toContain(id);
  return all;
}

describe('formats agree', () => {
  const wanted = told(assessment);
  it('the fixture has every verdict, 72 provisions and 133 duties', () => {
    expect(new Set(Object.values(wanted))).toEqual(new Set(Verdict.options));
    expect(Object.keys(wanted)).toHaveLength(2 * 72 + 133);
  });

  const machine = Object.keys(EXPORT_FORMATS).filter((name) => name !== 'pdf') as ExportFormatName[];
  it.each(machine)('%s tells the verdicts of the assessment', async (format) => {
    const data = await renderExport(format, assessment, context, () => signer);
    expect(readers[format](data)).toEqual(wanted);
    expect(await renderExport(format, assessment, context, () => signer)).toEqual(data);
  });

  it.each(machine.filter((name) => name !== 'html' && name !== 'md'))(
    '%s tells one changed verdict',
    async (format) => {
      const changed = structuredClone(assessment);
      const [first] = changed.provisions;
      const [duty] = first?.duties ?? [];
      if (!first || !duty) throw new Error('no duty');
      duty.verdict = duty.verdict === 'fail' ? 'pass' : 'fail';
      first[duty.norm] = 'fail';
      const data = await renderExport(format, changed, context, () => signer);
      expect(readers[format](data)).not.toEqual(wanted);
    },
  );
});

function wellFormed<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, item: unknown) =>
    typeof item === 'string' ? item.replaceAll(/\p{Surrogate}/gu, '') : item,
  ) as T;
}

describe('schemas of others', () => {
  // What is recorded is in RFC 8785 form, which lone surrogates have none of.
  const hostile = wellFormed(hostileFixture());
  it.each([
    ['usual', assessment, context],
    ['hostile', hostile.assessment, hostile.context],
  ] as const)('CycloneDX 1.7 takes the %s declarations', async (_, of, given) => {
    const bom = Json.parse(JSON.parse(asText(await renderExport('cyclonedx', of, given, () => signer))));
    const { problems, references } = validateBom(bom, 'declarations');
    expect({ problems, references }).toEqual({ problems: [], references: [] });
  });

  it.skipIf(!existsSync(OSCAL)).each([
    ['usual', assessment, context],
    ['hostile', hostile.assessment, hostile.context],
  ] as const)('OSCAL 1.2.1 takes the %s assessment results', async (_, of, given) => {
    const ajv = new Ajv({ strict: false, allErrors: true, unicodeRegExp: true });
    addFormats.default(ajv);
    const validate = ajv.compile(Json.parse(JSON.parse(readFileSync(OSCAL, 'utf8'))));
    const results: unknown = JSON.parse(asText(await renderExport('oscal', of, given, () => signer)));
    expect(validate(results), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    expect(validate({ 'assessment-results': {} })).toBe(false);
  });
});

describe('formulas', () => {
  const FORMULAS = ['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', ' =cmd|x', '＝1', '|x', '%0A=1'];
  it.each(FORMULAS)('%j stays text in CSV and XLSX', async (text) => {
    const changed = structuredClone(assessment);
    for (const { duties } of changed.provisions)
      for (const duty of duties) duty.reasons = [{ code: text, message: text }];
    const csv = parseCsv(asText(await renderExport('csv', changed, context, () => signer)));
    for (const row of csv) for (const cell of row) expect(cell).not.toMatch(/^\s*[=+\-@＝|%]/u);
    const book = await renderExport('xlsx', changed, context, () => signer);
    if (typeof book === 'string') throw new Error('no workbook');
    const sheet = strFromU8(unzipSync(book)['xl/worksheets/sheet3.xml'] ?? new Uint8Array());
    expect(sheet).not.toMatch(/<f[ >]/);
    const dangerous = [...sheet.matchAll(/ s="(\d)" t="inlineStr"><is><t [^>]*>\s*[=+\-@＝|%]/gu)];
    expect(dangerous.length).toBeGreaterThan(0);
    for (const [, style] of dangerous) expect(style).toBe('1');
  });

  it('packs hold formats that a verifier can draw again', () => {
    for (const format of PACK_FORMATS) expect(EXPORT_FORMATS[format].extension).not.toBe('');
  });
});
