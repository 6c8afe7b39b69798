/** Ids that exist in the frameworks to which references point: numbers only. Each list was read off its source, not derived from our references. */

/** NIST AI RMF 1.0: category, and how many subcategories it has. */
const NIST =
  'GOVERN 1:7 2:3 3:2 4:3 5:2 6:2 MAP 1:6 2:3 3:5 4:2 5:2 MEASURE 1:3 2:13 3:3 4:3 MANAGE 1:4 2:4 3:2 4:3';

/** ISO/IEC 42001:2023: the controls of annex A, first and last of each group, and the clauses that hold requirements. */
const ISO_CONTROLS = 'A.2:2-4 A.3:2-3 A.4:2-6 A.5:2-5 A.6.1:2-3 A.6.2:2-8 A.7:2-6 A.8:2-5 A.9:2-4 A.10:2-4';
const ISO_CLAUSES = '4:1-4 5:1-3 6.1:1-4 6:2-3 7:1-4 7.5:1-3 8:1-4 9:1-1 9.2:1-2 9.3:1-3 10:1-2';

/**
 * Regulation (EU) 2024/1689 as amended by Regulation (EU) 2026/1744, in force since 27 July 2026: the articles referred to, and their
 * paragraphs. Article 10(5) was deleted, and what it said is in Article 4a.
 */
const AI_ACT = `
  4:1-3 4a:1-2 9:1-10 10:1-4 10:6-6 11:1-3 12:1-3 13:1-3 14:1-5 15:1-5 17:1-4 18:1-3 19:1-2 20:1-2 25:1-5 26:1-12 43:1-6
  53:1-7 55:1-3 72:1-4 73:1-11
`;

/** OWASP AISVS 1.0: section, and how many requirements it has. */
const AISVS = `
  C1.1:5 C1.2:3 C1.3:5 C2.1:8 C2.2:4 C3.1:3 C3.2:3 C3.3:3 C3.4:2 C3.5:4 C4.1:4 C4.2:5 C4.3:5 C5.1:2 C5.2:7
  C5.3:2 C6.1:4 C6.2:3 C7.1:2 C7.2:3 C7.3:4 C7.4:4 C8.1:3 C8.2:5 C8.3:3 C9.1:3 C9.2:10 C9.3:8 C9.4:4
  C9.5:6 C9.6:3 C10.1:3 C10.2:7 C10.3:5 C10.4:8 C11.1:5 C11.2:5 C11.3:4 C11.4:3 C12.1:4 C12.2:6 C12.3:4
  C12.4:3 C12.5:4
`;

const words = (list: string) => list.trim().split(/\s+/);

function numbers(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** `A.2:2-4` is A.2 with 2, 3, 4. */
function spans(list: string): { prefix: string; items: number[] }[] {
  return words(list).map((word) => {
    const [prefix = '', first, last] = word.split(/[:-]/);
    return { prefix, items: numbers(Number(first), Number(last)) };
  });
}

function nist(): string[] {
  let part = '';
  return words(NIST).flatMap((word) => {
    const [category, size] = word.split(':');
    if (size !== undefined) return numbers(1, Number(size)).map((n) => `${part} ${category}.${n}`);
    part = word;
    return [];
  });
}

function aisvs(): string[] {
  return words(AISVS).flatMap((word) => {
    const [section = '', size] = word.split(':');
    return [section.split('.')[0] ?? '', section, ...numbers(1, Number(size)).map((n) => `${section}.${n}`)];
  });
}

const dotted = (list: string) =>
  spans(list).flatMap(({ prefix, items }) => items.map((n) => `${prefix}.${n}`));

export const FRAMEWORK_IDS = {
  nist_ai_rmf: new Set(nist()),
  iso_42001: new Set(dotted(`${ISO_CONTROLS} ${ISO_CLAUSES}`)),
  eu_ai_act: new Set(
    spans(AI_ACT).flatMap(({ prefix, items }) => [
      `Art.${prefix}`,
      ...items.map((n) => `Art.${prefix}(${n})`),
    ]),
  ),
  aisvs: new Set(aisvs()),
  owasp_llm: new Set(numbers(1, 10).map((n) => `LLM${String(n).padStart(2, '0')}:2025`)),
};
