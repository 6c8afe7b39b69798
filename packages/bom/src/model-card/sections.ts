/** The sections of a model card that answer a question, found by their headings. */

export interface CardSections {
  description?: string;
  uses?: string;
  outOfScope?: string;
  limitations?: string;
  bias?: string;
  training?: string;
  evaluation?: string;
  authors?: string;
}

/** Order matters: the first pattern that a heading fits names its section, but "uses and limitations" is both. */
const HEADINGS: readonly (readonly [keyof CardSections, RegExp])[] = [
  ['outOfScope', /out[- ]of[- ]scope|misuse|prohibited/i],
  ['limitations', /limitation|risk|caveat|known issues/i],
  ['bias', /\bbias|fairness|ethic/i],
  ['evaluation', /evaluation|results|benchmark|performance|metrics/i],
  ['training', /training (?:data|details|procedure)|train(?:ed|ing)\b|fine[- ]?tun/i],
  ['uses', /\buses?\b|intended|use cases?|applications?/i],
  ['authors', /authors?|developed by|contact|maintainers?/i],
  ['description', /description|summary|overview|model details|introduction|about/i],
];

const TOGETHER: ReadonlySet<keyof CardSections> = new Set(['uses', 'limitations', 'bias']);

const MAX_SECTION = 2000;
const SAYS_NOTHING = /^(?:[\s\-*_.]|\[?more information needed\]?|todo|tbd|n\/?a|none)*$/i;

/** Sections whose text says something; placeholders of templates do not. Text is cut at 2,000 characters. */
export function cardSections(markdown: string): CardSections {
  const found: CardSections = {};
  let keys: readonly (keyof CardSections)[] = [];
  let lines: string[] = [];
  let fenced = false;
  const close = () => {
    const text = lines
      .join('\n')
      .replaceAll(/<!--[\s\S]*?(?:-->|$)/g, '')
      .trim();
    if (!SAYS_NOTHING.test(text))
      for (const key of keys)
        found[key] = (found[key] === undefined ? text : `${found[key]}\n\n${text}`).slice(0, MAX_SECTION);
    lines = [];
  };
  for (const line of markdown.split(/\r?\n/)) {
    if (/^\s*(?:```|~~~)/.test(line)) fenced = !fenced;
    const heading = fenced ? undefined : /^(#{1,6})\s+(.{1,200}?)\s*#*$/.exec(line);
    if (!heading) {
      lines.push(line);
      continue;
    }
    close();
    keys = keysOf(heading[2] ?? '', heading[1] === '#');
  }
  close();
  return found;
}

/** What stands below the title of the card is its description. */
function keysOf(heading: string, isTitle: boolean): (keyof CardSections)[] {
  const fits = HEADINGS.filter(([, pattern]) => pattern.test(heading)).map(([key]) => key);
  const first = fits[0];
  if (first === undefined) return isTitle ? ['description'] : [];
  return TOGETHER.has(first) ? fits.filter((key) => TOGETHER.has(key)) : [first];
}
