/** One model as a `machine-learning-model` component: its card filled from front matter, configuration and headers. */
import type { Asset } from '@custos/core';
import type { Component, Property } from '../cyclonedx/model.ts';
import type { Considerations, ModelCard, ModelParameters } from '../cyclonedx/model-card.ts';
import type { ModelCardFacts } from '../model-card/model-card.ts';
import type { ComponentContext } from './component.ts';
import { filled, numbers, properties } from './fields.ts';
import type { AssetDetails, ModelFacts } from './input.ts';

const MIME = /^[-+a-z0-9.]+\/[-+a-z0-9.]+$/;

export function modelFields(
  asset: Asset,
  details: AssetDetails,
  context: Pick<ComponentContext, 'edges' | 'known'>,
): Partial<Component> {
  const { edges } = context;
  const card = modelCard(details, context);
  const ancestors = edges.filter((edge) => edge.kind === 'derived_from').map((edge) => edge.to);
  const bases = [...new Set([...(details.card?.baseModels ?? []), ...ancestors.map(withoutKind)])].sort();
  return {
    ...(card ? { modelCard: card } : {}),
    ...(bases.length > 0
      ? { pedigree: { ancestors: bases.map((name) => ({ type: 'machine-learning-model' as const, name })) } }
      : {}),
    ...(typeof asset.properties?.mimeType === 'string' && MIME.test(asset.properties.mimeType)
      ? { 'mime-type': asset.properties.mimeType }
      : {}),
  };
}

function modelCard(
  details: AssetDetails,
  context: Pick<ComponentContext, 'edges' | 'known'>,
): ModelCard | undefined {
  const { card, facts } = details;
  return filled<ModelCard>({
    modelParameters: parameters(card, facts, context),
    quantitativeAnalysis: filled({
      performanceMetrics: nonEmpty(
        card?.metrics.map(({ type, value, dataset }) => ({
          type,
          value,
          ...(dataset ? { slice: dataset } : {}),
        })),
      ),
    }),
    considerations: card ? considerations(card) : undefined,
    properties: nonEmpty(cardProperties(card, facts)),
  });
}

function parameters(
  card: ModelCardFacts | undefined,
  facts: ModelFacts | undefined,
  { edges, known }: Pick<ComponentContext, 'edges' | 'known'>,
): ModelParameters | undefined {
  const names = card?.datasets ?? [];
  const trainedOn = edges.filter((edge) => edge.kind === 'trained_on').map((edge) => edge.to);
  const found = names.map((name) => `dataset:${name}`).filter((id) => known.has(id));
  const refs = [...new Set([...trainedOn, ...found])].map((ref) => ({ ref }));
  const named = names
    .filter((name) => !known.has(`dataset:${name}`))
    .map((name) => ({ type: 'dataset' as const, name }));
  return filled<ModelParameters>({
    task: card?.task,
    architectureFamily: facts?.architectureFamily,
    modelArchitecture: facts?.architecture,
    datasets: nonEmpty([...refs, ...named]),
    inputs: nonEmpty(facts?.inputs?.map((format) => ({ format }))),
    outputs: nonEmpty(facts?.outputs?.map((format) => ({ format }))),
  });
}

function considerations(card: ModelCardFacts): Considerations | undefined {
  const list = (...texts: readonly (string | undefined)[]) =>
    nonEmpty(texts.filter((text) => text !== undefined));
  return filled<Considerations>({
    useCases: list(card.uses),
    technicalLimitations: list(card.limitations, card.outOfScope),
    ethicalConsiderations: card.bias === undefined ? undefined : [{ name: card.bias }],
  });
}

function cardProperties(card: ModelCardFacts | undefined, facts: ModelFacts | undefined): Property[] {
  return properties('custos:model', {
    ...numbers(facts?.contextLength, 'contextLength'),
    ...numbers(facts?.parameters, 'parameters'),
    quantisation: facts?.quantisation,
    toolCalling: facts?.toolCalling,
    library: card?.library,
    languages: card?.languages.join(' '),
    baseModelRelation: card?.baseModelRelation,
    training: card?.training,
    evaluation: card?.evaluation,
    co2Grams: card?.emissions,
  });
}

function nonEmpty<T>(items: readonly T[] | undefined): readonly T[] | undefined {
  return items && items.length > 0 ? items : undefined;
}

function withoutKind(id: string): string {
  return id.slice(id.indexOf(':') + 1);
}
