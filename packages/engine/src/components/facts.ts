/** What documents say of an external component, wherever they were found: a card, a supplier's bill, an installed package, a file of facts. */
import { type AssetDetails, type Bom, type Component, componentsOf, namesLicence } from '@custos/bom';
import { type Asset, Time } from '@custos/core';
import { z } from 'zod';

export interface ComponentFacts {
  readonly licences?: readonly string[];
  readonly supplier?: string;
  readonly description?: string;
  /** Address of a card, manual, home page or source. */
  readonly documentation?: string;
  readonly uses?: string;
  readonly limitations?: string;
  readonly training?: string;
  readonly evaluation?: string;
  /** A strong digest of the content is published. */
  readonly hashed?: boolean;
  /** When the newest release came out. */
  readonly released?: string;
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

/** The first source that says something counts. */
export function joinFacts(sources: readonly ComponentFacts[]): ComponentFacts {
  const joined: Record<string, unknown> = {};
  for (const source of sources)
    for (const [key, value] of Object.entries(source))
      if (joined[key] === undefined && value !== undefined && !(Array.isArray(value) && value.length === 0))
        joined[key] = value;
  return joined;
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

/** What suppliers' bills say of an asset: the component with its package URL or digest, else with its name and version. */
export function factsOfBoms(asset: Asset, purl: string | undefined, boms: readonly Bom[]): ComponentFacts {
  const hex = asset.digest?.slice('sha256:'.length);
  const isIt = (one: Component) =>
    (purl !== undefined && one.purl === purl) ||
    (hex !== undefined &&
      (one.hashes ?? []).some(({ alg, content }) => alg === 'SHA-256' && content === hex)) ||
    (asset.version !== undefined && one.name === asset.name && one.version === asset.version);
  const found = boms.flatMap((bom) => [
    ...(bom.metadata?.component ? [bom.metadata.component] : []),
    ...[...componentsOf(bom)].map(({ value }) => value),
  ]);
  return joinFacts(found.filter(isIt).map(factsOfComponent));
}

function factsOfComponent(one: Component): ComponentFacts {
  const card = one.modelCard;
  const documentation = one.externalReferences?.find(({ type }) =>
    ['documentation', 'model-card', 'website', 'vcs'].includes(type),
  );
  const released = Time.safeParse(one.releaseNotes?.timestamp);
  return defined({
    licences: (one.licenses ?? []).map((choice) =>
      'expression' in choice ? choice.expression : (choice.license.id ?? choice.license.name ?? ''),
    ),
    supplier:
      one.supplier?.name ?? one.manufacturer?.name ?? one.publisher ?? one.authors?.[0]?.name ?? one.author,
    description: one.description,
    documentation: documentation?.url,
    uses: card?.considerations?.useCases?.join('; '),
    limitations: card?.considerations?.technicalLimitations?.join('; '),
    training: card?.modelParameters?.datasets
      ?.map((data) => ('ref' in data ? data.ref : (data.name ?? '')))
      .join(', '),
    evaluation: card?.quantitativeAnalysis?.performanceMetrics?.map(({ type }) => type ?? '').join(', '),
    hashed: (one.hashes ?? []).some(({ alg }) => !['MD5', 'SHA-1'].includes(alg)) ? true : undefined,
    released: released.success ? released.data : undefined,
  });
}

export function statedLicences(facts: ComponentFacts): readonly string[] {
  return (facts.licences ?? []).filter(namesLicence);
}

function defined(facts: { [K in keyof ComponentFacts]?: ComponentFacts[K] | undefined }): ComponentFacts {
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined && value !== ''));
}
