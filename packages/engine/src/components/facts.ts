/** What documents say of an external component, wherever they were found: a card, a supplier's bill, an installed package, a file of facts. */
import {
  type AssetDetails,
  type Bom,
  type Component,
  componentsOf,
  isSpdxExpression,
  namesLicence,
  spdxId,
} from '@custos/bom';
import { type Asset, hexOf, Time } from '@custos/core';
import { z } from 'zod';

export interface ComponentFacts {
  readonly licences?: readonly string[];
  readonly supplier?: string;
  readonly description?: string;
  /** Address of a card, manual, home page or source, or the path of a card here. */
  readonly documentation?: string;
  readonly uses?: string;
  readonly limitations?: string;
  readonly training?: string;
  readonly evaluation?: string;
  /** A strong digest of the content is published. */
  readonly hashed?: boolean;
  /** When the newest release came out. */
  readonly released?: string;
  /** What a document says of it that can't be true of this content, as a sentence. */
  readonly contradicted?: string;
}

/** The file of `--facts`: by asset id. Tools that ask registries write it; Custos itself asks nobody. */
export const FactsFile = z.record(
  z.string(),
  z.strictObject({
    licences: z.array(z.string()).optional(),
    supplier: z.string().min(1).optional(),
    description: z.string().min(1).optional(),
    documentation: z.string().min(1).optional(),
    uses: z.string().min(1).optional(),
    limitations: z.string().min(1).optional(),
    training: z.string().min(1).optional(),
    evaluation: z.string().min(1).optional(),
    released: Time.optional(),
  }),
);
export type FactsFile = z.infer<typeof FactsFile>;

/** What templates hold where nobody has written anything: marks, and words for "nothing". */
const SAYS_NOTHING =
  /^[\s\p{P}\p{S}\p{C}]*(?:n\/?a|none|null|nil|undefined|unknown|todo|tbd|tba|noassertion|more information needed|not (?:available|applicable|specified))?[\s\p{P}\p{S}\p{C}]*$/iu;

export function isFilled(text: string): boolean {
  return !SAYS_NOTHING.test(text.slice(0, 500));
}

/** The first source that says something counts; blanks and placeholders say nothing. */
export function joinFacts(sources: readonly ComponentFacts[]): ComponentFacts {
  const joined: Record<string, unknown> = {};
  for (const source of sources)
    for (const [key, value] of Object.entries(source))
      if (value !== undefined && joined[key] === undefined && (typeof value !== 'string' || isFilled(value)))
        joined[key] = value;
  const named = sources.map(({ licences }) => licences?.filter(isFilled) ?? []);
  const licences = named.find((list) => list.some(isLicence)) ?? named.find((list) => list.length > 0);
  return { ...joined, licences: licences ?? [] };
}

/** Facts without a place of documentation that is none: a word says where nothing is. */
export function addressed(facts: ComponentFacts): ComponentFacts {
  const { documentation, ...others } = facts;
  return documentation !== undefined && isAddress(documentation) ? facts : others;
}

const SCHEMES = ['https:', 'http:', 'git:', 'git+https:', 'git+ssh:', 'ssh:'];

function isAddress(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return SCHEMES.includes(protocol) && hostname !== '';
}

export function factsOfCard({ card, cardPath }: AssetDetails): ComponentFacts {
  if (!card) return {};
  return defined({
    licences: card.licences.map((name) => (/^other$/i.test(name) ? (card.licenceName ?? name) : name)),
    description: card.description,
    documentation: cardPath,
    uses: card.uses,
    limitations: card.limitations ?? card.bias,
    training: card.training ?? (card.datasets.length > 0 ? card.datasets.join(', ') : undefined),
    evaluation:
      card.evaluation ??
      (card.metrics.length > 0 ? card.metrics.map((one) => one.type).join(', ') : undefined),
    supplier: card.authors,
  });
}

/**
 * What suppliers' bills say of an asset: the component with its digest, its package URL, or its name, and its version. A bill that
 * gives another digest for it speaks of something else, and is told of.
 */
export function factsOfBoms(asset: Asset, purl: string | undefined, boms: readonly Bom[]): ComponentFacts {
  const hex = asset.digest === undefined ? undefined : hexOf(asset.digest);
  const versioned = asset.version !== undefined && isFilled(asset.version);
  const isIt = (one: Component) =>
    digestsIn(one, 'SHA-256').some((digest) => digest === hex) ||
    (versioned && purl !== undefined && one.purl === purl) ||
    (versioned && one.name === asset.name && one.version === asset.version);
  const found = boms
    .flatMap((bom) => [
      ...(bom.metadata?.component ? [bom.metadata.component] : []),
      ...[...componentsOf(bom)].map(({ value }) => value),
    ])
    .filter(isIt);
  const others = found.flatMap((one) =>
    hex === undefined ? [] : digestsIn(one, 'SHA-256').filter((digest) => digest !== hex),
  );
  const agreeing = found.filter(
    (one) => !digestsIn(one, 'SHA-256').some((digest) => others.includes(digest)),
  );
  return joinFacts([
    ...agreeing.map((one) => addressed(factsOfComponent(asset, one))),
    ...others.slice(0, 1).map((digest) => ({
      contradicted: `a supplier's bill gives another SHA-256 for it, ${digest}, and was not used`,
    })),
  ]);
}

/** Strong digests, by the number of their hex digits. */
const STRONG: Readonly<Record<string, number>> = {
  'SHA-256': 64,
  'SHA-384': 96,
  'SHA-512': 128,
  'SHA3-256': 64,
  'SHA3-384': 96,
  'SHA3-512': 128,
  'BLAKE2b-256': 64,
  'BLAKE2b-384': 96,
  'BLAKE2b-512': 128,
  BLAKE3: 64,
};

/** In lower case; what has not the form of its algorithm is none. */
function digestsIn({ hashes = [] }: Component, ...algorithms: readonly string[]): string[] {
  return hashes
    .filter(
      ({ alg, content }) =>
        algorithms.includes(alg) && content.length === STRONG[alg] && /^[0-9a-f]+$/i.test(content),
    )
    .map(({ content }) => content.toLowerCase());
}

/** Where a bill says that one can read about it; the home page of a model is no card. */
const REFERENCES: Readonly<Record<'component' | 'other', readonly string[]>> = {
  component: ['documentation', 'website', 'vcs'],
  other: ['model-card', 'documentation'],
};

function factsOfComponent(asset: Asset, one: Component): ComponentFacts {
  const card = one.modelCard;
  const wanted = REFERENCES[asset.kind === 'component' ? 'component' : 'other'];
  const documentation = one.externalReferences?.find(
    ({ type, url }) => wanted.includes(type) && isAddress(url),
  );
  const released = Time.safeParse(one.releaseNotes?.timestamp);
  return defined({
    licences: (one.licenses ?? []).map((choice) =>
      'expression' in choice ? choice.expression : (choice.license.id ?? choice.license.name ?? ''),
    ),
    supplier: [
      one.supplier?.name,
      one.manufacturer?.name,
      one.publisher,
      one.authors?.[0]?.name,
      one.author,
    ].find((name) => name !== undefined && isFilled(name)),
    description: one.description,
    documentation: documentation?.url,
    uses: listed(card?.considerations?.useCases),
    limitations: listed(card?.considerations?.technicalLimitations),
    training: listed(
      card?.modelParameters?.datasets?.map((data) => ('ref' in data ? data.ref : (data.name ?? ''))),
    ),
    evaluation: listed(card?.quantitativeAnalysis?.performanceMetrics?.map(({ type }) => type ?? '')),
    hashed: digestsIn(one, ...Object.keys(STRONG)).length > 0 ? true : undefined,
    released: released.success ? released.data : undefined,
  });
}

function listed(texts: readonly string[] | undefined): string | undefined {
  return texts?.filter(isFilled).join('; ');
}

/** A pointer to a licence, or the lack of one, is none. */
const NO_LICENCE = /^\s*(?:see|no|not|without|refer)\b/i;
/** What names of licences hold that SPDX does not list. */
const NAMES_LICENCE =
  /\b(?:apache|bsd|mit|isc|[al]?gpl\S*|mpl|psf|cc0|cc[- ]by\S*|zlib|artistic|openrail\S*|public domain|proprietary|commercial|(?:\S+ licen[cs]e|licen[cs]e \S+|\S+ agreement|\S+ terms|copyright \S+))\b/i;
/** No name of a licence is longer; its text may be. */
const LONGEST_NAME = 500;

/** An SPDX id or expression, or what reads as the name of a licence that SPDX does not list. */
export function isLicence(text: string): boolean {
  const name = text.slice(0, LONGEST_NAME).trim();
  if (!namesLicence(name) || NO_LICENCE.test(name)) return false;
  return spdxId(name) !== undefined || isSpdxExpression(name) || NAMES_LICENCE.test(name);
}

function defined(facts: { [K in keyof ComponentFacts]?: ComponentFacts[K] | undefined }): ComponentFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''));
}
