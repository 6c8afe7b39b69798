/** Package URLs of assets, by https://github.com/package-url/purl-spec. */
import type { Asset } from '@custos/core';
import { PackageURL } from 'packageurl-js';

/** Ecosystems that the scanner names in `component:<ecosystem>/<name>`. */
const TYPES: ReadonlySet<string> = new Set([
  'pypi',
  'npm',
  'cargo',
  'golang',
  'maven',
  'nuget',
  'gem',
  'conda',
  'hex',
]);

/** Undefined where nothing says in which registry the asset lives. */
export function purlOf(asset: Asset): string | undefined {
  try {
    if (asset.kind === 'component') return packageUrl(asset);
    if (asset.kind === 'model' && isOnHub(asset)) {
      const [namespace, name] = parts(asset.name);
      return new PackageURL('huggingface', namespace, name, asset.version).toString();
    }
    return undefined;
  } catch {
    // A name that the purl specification refuses has no purl.
    return undefined;
  }
}

function packageUrl(asset: Asset): string | undefined {
  const slash = asset.name.indexOf('/');
  const type = asset.name.slice(0, slash);
  if (slash <= 0 || !TYPES.has(type)) return undefined;
  const [namespace, name] = parts(asset.name.slice(slash + 1));
  return new PackageURL(type, namespace, name, asset.version).toString();
}

/** True for a model or data set that is fetched from the Hugging Face hub by its id. */
export function isOnHub(asset: Asset): boolean {
  return asset.properties?.hub === true || (asset.provider === 'huggingface' && asset.name.includes('/'));
}

/** Who made it, as far as its name tells. A hub is where something lies, not who made it: the owner of the name made it. */
export function supplierOf(asset: Asset): string | undefined {
  if (!isOnHub(asset)) return asset.provider;
  return parts(asset.name)[0];
}

/** A package by the name that its registry knows, and the group where it has one: `npm/@scope/x` is `x` of `@scope`. */
export function packageName(asset: Asset): { readonly name: string; readonly group?: string } {
  const slash = asset.name.indexOf('/');
  if (asset.kind !== 'component' || !TYPES.has(asset.name.slice(0, slash))) return { name: asset.name };
  const [group, name] = parts(asset.name.slice(slash + 1));
  return group === undefined ? { name } : { name, group };
}

function parts(name: string): [namespace: string | undefined, name: string] {
  const slash = name.lastIndexOf('/');
  return slash < 0 ? [undefined, name] : [name.slice(0, slash), name.slice(slash + 1)];
}

/** A purl without version, qualifiers and subpath; undefined for what is no purl. */
export function purlWithoutVersion(purl: string): string | undefined {
  try {
    const { type, namespace, name } = PackageURL.fromString(purl);
    return new PackageURL(type, namespace, name).toString();
  } catch {
    return undefined;
  }
}
