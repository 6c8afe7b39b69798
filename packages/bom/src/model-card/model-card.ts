/**
 * Model cards: the YAML front matter that hubs read, and the sections that people do. Source: the model card metadata of the
 * Hugging Face hub, and Mitchell et al., Model Cards for Model Reporting (2019), for the sections.
 */
import { parseDocument } from 'yaml';
import { isObject, objects, text, texts } from '../json/json.ts';
import { cardSections } from './sections.ts';

export interface CardMetric {
  readonly type: string;
  readonly value: string;
  readonly dataset?: string;
  readonly task?: string;
}

/** What a card says, as it says it; all fields are absent or empty when it is silent. */
export interface ModelCardFacts {
  readonly licences: readonly string[];
  readonly licenceName?: string;
  readonly licenceLink?: string;
  /** `pipeline_tag`, such as `text-generation`. */
  readonly task?: string;
  readonly library?: string;
  readonly languages: readonly string[];
  readonly tags: readonly string[];
  readonly datasets: readonly string[];
  readonly baseModels: readonly string[];
  /** `finetune`, `quantized`, `merge`, `adapter`. */
  readonly baseModelRelation?: string;
  readonly metrics: readonly CardMetric[];
  /** Grams of CO₂ equivalent. */
  readonly emissions?: string;
  readonly prettyName?: string;
  readonly sizeCategories: readonly string[];
  readonly description?: string;
  readonly uses?: string;
  readonly outOfScope?: string;
  readonly limitations?: string;
  readonly bias?: string;
  readonly training?: string;
  readonly evaluation?: string;
  readonly authors?: string;
  /** False where the front matter is there but is no YAML; the sections count all the same. */
  readonly readable: boolean;
}

const MAX_CARD = 1024 * 1024;
const FRONT_MATTER = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;

/**
 * Reads a model or data set card. Never throws: a card is a stranger's text, and what is unreadable is said to be so.
 * @param source Markdown, with or without front matter; only the first MiB is looked at
 * @example parseModelCard('---\nlicense: mit\n---\n# A model').licences // ['mit']
 */
export function parseModelCard(source: string): ModelCardFacts {
  const card = source.slice(0, MAX_CARD);
  const match = FRONT_MATTER.exec(card);
  const front = match?.[1] === undefined ? {} : frontMatter(match[1]);
  const body = match ? card.slice(match[0].length) : card;
  const values = front ?? {};
  return {
    licences: texts(values.license),
    ...optional('licenceName', text(values.license_name)),
    ...optional('licenceLink', text(values.license_link)),
    ...optional('task', text(values.pipeline_tag) ?? texts(values.task_categories)[0]),
    ...optional('library', text(values.library_name)),
    languages: texts(values.language),
    tags: texts(values.tags),
    datasets: texts(values.datasets),
    baseModels: texts(values.base_model),
    ...optional('baseModelRelation', text(values.base_model_relation)),
    metrics: metricsOf(values['model-index']),
    ...optional('emissions', emissionsOf(values.co2_eq_emissions)),
    ...optional('prettyName', text(values.pretty_name)),
    sizeCategories: texts(values.size_categories),
    ...cardSections(body),
    readable: front !== undefined,
  };
}

function frontMatter(yaml: string): Record<string, unknown> | undefined {
  try {
    const document = parseDocument(yaml, { schema: 'core', uniqueKeys: true, logLevel: 'silent' });
    if (document.errors.length > 0) return undefined;
    const value: unknown = document.toJS({ maxAliasCount: 20 });
    if (value === null || value === undefined) return {};
    return isObject(value) ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

function metricsOf(index: unknown): CardMetric[] {
  return objects(index).flatMap((model) =>
    objects(model.results).flatMap((result) => {
      const dataset = isObject(result.dataset)
        ? (text(result.dataset.name) ?? text(result.dataset.type))
        : undefined;
      const task = isObject(result.task) ? text(result.task.type) : undefined;
      return objects(result.metrics).flatMap((metric) => {
        const type = text(metric.type) ?? text(metric.name);
        const value = metric.value;
        if (type === undefined || (typeof value !== 'number' && typeof value !== 'string')) return [];
        return [{ type, value: String(value), ...optional('dataset', dataset), ...optional('task', task) }];
      });
    }),
  );
}

function emissionsOf(value: unknown): string | undefined {
  const grams = isObject(value) ? value.emissions : value;
  return typeof grams === 'number' || typeof grams === 'string' ? String(grams) : undefined;
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  const result: { [P in K]?: string } = {};
  if (value !== undefined) result[key] = value;
  return result;
}
