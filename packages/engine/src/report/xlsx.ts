/**
 * The verdicts as a workbook (ECMA-376): sheets of provisions, duties and IXIT tables. Every cell is inline text, so nothing is
 * computed; text that looks like a formula is marked as text for whoever edits it. Same input, same bytes.
 */
import type { Assessment } from '@custos/core';
import { strToU8, type Zippable, zipSync } from 'fflate';
import { looksLikeFormula, VERDICT_COLUMNS, verdictRows } from './csv.ts';
import { ixitTables } from './ixit.ts';
import type { ReportContext } from './model.ts';
import { clean, escapeHtml } from './text.ts';
import { verdictTable } from './verdict-table.ts';

/** The first day that a zip directory can state; local, as zip times have no zone. */
export const ZIP_EPOCH = new Date(1980, 0, 1);
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

interface Sheet {
  name: string;
  rows: readonly (readonly string[])[];
}

export function renderXlsx(assessment: Assessment, context: ReportContext): Uint8Array {
  const sheets: Sheet[] = [
    { name: 'About', rows: about(assessment) },
    {
      name: 'Provisions',
      rows: [
        ['provision', 'title', 'shall', 'should', 'duties'],
        ...verdictTable(assessment, context.specification).map(({ id, title, shall, should, duties }) => [
          id,
          title,
          shall ?? 'none',
          should ?? 'none',
          String(duties.length),
        ]),
      ],
    },
    { name: 'Duties', rows: [VERDICT_COLUMNS, ...verdictRows(assessment, context)] },
    { name: 'IXIT', rows: ixitRows(assessment, context) },
  ];
  const parts: Record<string, string> = {
    '[Content_Types].xml': contentTypes(sheets),
    '_rels/.rels': `${HEAD}<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    'xl/workbook.xml': workbook(sheets),
    'xl/_rels/workbook.xml.rels': workbookRelations(sheets),
    'xl/styles.xml': STYLES,
  };
  for (const [i, { rows }] of sheets.entries()) parts[`xl/worksheets/sheet${i + 1}.xml`] = worksheet(rows);
  const files: Zippable = Object.fromEntries(
    Object.entries(parts).map(([name, text]) => [name, [strToU8(text), { mtime: ZIP_EPOCH, level: 6 }]]),
  );
  return zipSync(files);
}

function about({ system, specification, evaluatedAt, fingerprint }: Assessment): string[][] {
  return [
    ['System', `${system.name} (${system.id})`],
    ['Standard', `${specification.standard} ${specification.version}`],
    ['Specification digest', specification.digest],
    ['Evaluated at', evaluatedAt],
    ['Fingerprint', fingerprint ?? 'none'],
    ['Claim', 'A self-assessment computed from recorded evidence; no certificate, no score.'],
  ];
}

function ixitRows(assessment: Assessment, { specification, evidence }: ReportContext): string[][] {
  return ixitTables(assessment, specification, evidence).flatMap(({ number, title, columns, rows, note }) => [
    [`Table ${number}`, title],
    ...(rows.length > 0 ? [columns, ...rows] : [['No information recorded.']]),
    ...(note === '' ? [] : [[note]]),
    [],
  ]);
}

/** Style 1 carries quotePrefix: the text stays text when somebody edits the cell. */
const STYLES = `${HEAD}<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" quotePrefix="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`;

function worksheet(rows: Sheet['rows']): string {
  const lines = rows.map((cells, r) => {
    const written = cells.map((text, c) => cellXml(text, `${column(c)}${r + 1}`, r === 0));
    return `<row r="${r + 1}">${written.join('')}</row>`;
  });
  return `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/><sheetData>${lines.join('')}</sheetData></worksheet>`;
}

function cellXml(text: string, place: string, heading: boolean): string {
  const shown = clean(text);
  const style = looksLikeFormula(shown) ? 1 : heading ? 2 : 0;
  return `<c r="${place}" s="${style}" t="inlineStr"><is><t xml:space="preserve">${escapeHtml(shown)}</t></is></c>`;
}

function column(index: number): string {
  return index < 26
    ? String.fromCharCode(65 + index)
    : column(Math.floor(index / 26) - 1) + column(index % 26);
}

function workbook(sheets: readonly Sheet[]): string {
  const listed = sheets.map(({ name }, i) => `<sheet name="${name}" sheetId="${i + 1}" r:id="rId${i + 1}"/>`);
  return `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets>${listed.join('')}</sheets></workbook>`;
}

function workbookRelations(sheets: readonly Sheet[]): string {
  const listed = sheets.map(
    (_, i) =>
      `<Relationship Id="rId${i + 1}" Type="${RELATIONS}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`,
  );
  const styles = `<Relationship Id="rId${sheets.length + 1}" Type="${RELATIONS}/styles" Target="styles.xml"/>`;
  return `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${listed.join('')}${styles}</Relationships>`;
}

function contentTypes(sheets: readonly Sheet[]): string {
  const type = 'application/vnd.openxmlformats-officedocument.spreadsheetml';
  const listed = sheets.map(
    (_, i) => `<Override PartName="/xl/worksheets/sheet${i + 1}.xml" ContentType="${type}.worksheet+xml"/>`,
  );
  return `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${type}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${type}.styles+xml"/>${listed.join('')}</Types>`;
}
