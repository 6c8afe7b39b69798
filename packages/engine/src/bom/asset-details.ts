/** What lies beside a model or data set and tells of it: its card, its configuration, its header. Nothing is executed. */
import { closeSync, constants, fstatSync, openSync, readSync, realpathSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { type AssetDetails, type ModelFacts, parseModelCard, readJson } from '@custos/bom';
import type { Asset } from '@custos/core';
import { FileSource, inspectSource } from '@custos/inspect';
import { z } from 'zod';
import { insideOf } from '../observations/read-evidence.ts';

/** Names under which cards lie. `README.md` only counts with front matter: without it, it tells of the project. */
const CARDS = ['MODEL_CARD.md', 'model_card.md', 'modelcard.md', 'model-card.md', 'README.md'] as const;
const DATA_CARDS = [
  'DATASHEET.md',
  'DATASET_CARD.md',
  'dataset_card.md',
  'data_card.md',
  'README.md',
] as const;
const MAX_CARD = 1024 * 1024;
const MAX_CONFIGURATION = 4 * 1024 * 1024;

/** Formats whose header alone holds what a bill wants; inspecting them reads no tensor. */
const HEADED: ReadonlySet<string> = new Set(['safetensors', 'gguf']);

/** `config.json` as transformers writes it; the keys that say what a model is. */
const Configuration = z.object({
  architectures: z.array(z.string()).optional().catch(undefined),
  model_type: z.string().optional().catch(undefined),
  max_position_embeddings: z.number().optional().catch(undefined),
  torch_dtype: z.string().optional().catch(undefined),
});

/**
 * Reads details of the models and data sets that lie in a directory; what is absent, too large, a link out of the
 * directory, or unreadable gives none.
 * @returns by asset id
 */
export async function readAssetDetails(
  root: string,
  assets: readonly Asset[],
): Promise<Map<string, AssetDetails>> {
  const details = new Map<string, AssetDetails>();
  for (const asset of assets) {
    if (asset.kind !== 'model' && asset.kind !== 'dataset') continue;
    const path = asset.locations[0]?.path;
    // Only what is itself a file here has a card beside it; a name in code has its card elsewhere.
    if (path === undefined || path !== asset.name) continue;
    const found = await detailsOf(root, path, asset);
    if (Object.keys(found).length > 0) details.set(asset.id, found);
  }
  return details;
}

async function detailsOf(root: string, path: string, asset: Asset): Promise<AssetDetails> {
  const card = await nearestCard(root, path, asset.kind === 'model' ? CARDS : DATA_CARDS);
  if (asset.kind !== 'model') return card;
  const header = await headerOf(root, path, asset);
  const facts = { ...(await configurationOf(root, path)), ...header.facts };
  return {
    ...card,
    ...(Object.keys(facts).length > 0 ? { facts } : {}),
    ...(header.metadata ? { metadata: header.metadata } : {}),
  };
}

async function nearestCard(
  root: string,
  path: string,
  names: readonly string[],
): Promise<Pick<AssetDetails, 'card' | 'cardPath'>> {
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    for (const name of names) {
      const cardPath = posix.join(folder, name);
      const bytes = await readInside(root, cardPath, MAX_CARD);
      if (bytes === undefined) continue;
      const text = bytes.toString('utf8');
      if (name === 'README.md' && !/^\uFEFF?---\s*$/m.test(text.split('\n', 1)[0] ?? '')) continue;
      return { card: parseModelCard(text), cardPath };
    }
    if (folder === '.' || folder === '/') return {};
  }
}

async function configurationOf(root: string, path: string): Promise<ModelFacts> {
  const name = posix.join(posix.dirname(path), 'config.json');
  const bytes = await readInside(root, name, MAX_CONFIGURATION);
  if (bytes === undefined) return {};
  try {
    const found = Configuration.parse(readJson(bytes, name));
    const architecture = found.architectures?.[0];
    return {
      ...(architecture === undefined ? {} : { architecture }),
      ...(found.model_type === undefined ? {} : { architectureFamily: found.model_type }),
      ...(found.max_position_embeddings === undefined
        ? {}
        : { contextLength: found.max_position_embeddings }),
      ...(found.torch_dtype === undefined ? {} : { quantisation: found.torch_dtype }),
    };
  } catch {
    return {};
  }
}

async function headerOf(
  root: string,
  path: string,
  asset: Asset,
): Promise<{ facts?: ModelFacts; metadata?: AssetDetails['metadata'] }> {
  if (!HEADED.has(String(asset.properties?.format ?? ''))) return {};
  const full = await inside(root, path);
  if (full === undefined) return {};
  let source: FileSource | undefined;
  try {
    source = new FileSource(full, path);
    const { capability, metadata } = inspectSource(source);
    return {
      ...(capability ? { facts: capability } : {}),
      ...(metadata && Object.keys(metadata).length > 0 ? { metadata } : {}),
    };
  } catch {
    return {};
  } finally {
    source?.close();
  }
}

async function inside(root: string, path: string): Promise<string | undefined> {
  try {
    return realpathSync(await insideOf(root, join(root, path)));
  } catch {
    return undefined;
  }
}

/** The bytes of a regular file of bearable size inside the directory. */
async function readInside(root: string, path: string, most: number): Promise<Buffer | undefined> {
  const full = await inside(root, path);
  if (full === undefined || dirname(full) === full) return undefined;
  let descriptor: number | undefined;
  try {
    descriptor = openSync(full, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(descriptor);
    if (!stat.isFile() || stat.size > most) return undefined;
    const bytes = Buffer.alloc(stat.size);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, stat.size, 0));
  } catch {
    return undefined;
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
