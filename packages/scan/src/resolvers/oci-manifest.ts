/** Which layers and which configuration make up an image (OCI image specification 1.1; Docker's `manifest.json`). */
import type { Unknown } from '@custos/core';
import { asList, asTable, asText, isTable, type Table } from '../data-file.ts';
import { type BlobStore, blobName, readJson } from './oci-blobs.ts';

/** An index may point to another, but not for ever. */
const MAX_NESTING = 3;

export interface ImageParts {
  readonly layers: readonly { readonly name: string; readonly digest?: string }[];
  readonly config: Table;
}

export interface ChosenImage {
  readonly parts: ImageParts | undefined;
  readonly unknowns: Unknown[];
}

/** @param platform `os/architecture`; images of other platforms are unknowns */
export function chooseImage(store: BlobStore, platform: string): ChosenImage {
  const unknowns: Unknown[] = [];
  const report = (code: string, message: string): undefined => {
    unknowns.push({ scanner: 'resolver', code, message, location: { path: '.' } });
    return undefined;
  };
  const index = readJson(store, 'index.json');
  const parts =
    index === undefined ? dockerSave(store, report) : fromIndex(store, asTable(index), platform, 0, report);
  return { parts, unknowns };
}

type Report = (code: string, message: string) => undefined;

function fromIndex(
  store: BlobStore,
  index: Table,
  platform: string,
  depth: number,
  report: Report,
): ImageParts | undefined {
  const images = asList(index.manifests).filter((one): one is Table => isTable(one) && !isAttestation(one));
  const matching = images.filter((one) => platformOf(one) === undefined || platformOf(one) === platform);
  const chosen = matching[0] ?? images[0];
  for (const other of images)
    if (other !== chosen)
      report(
        'other-image',
        `${asText(other.digest) ?? 'A manifest'} (${platformOf(other) ?? 'no platform'}) was not looked into.`,
      );
  if (chosen === undefined) return report('malformed', 'The index names no image.');
  const name = blobName(chosen.digest);
  const document = readJson(store, name);
  if (!isTable(document))
    return report('missing-blob', `Manifest ${asText(chosen.digest) ?? ''} is missing or unreadable.`);
  if (document.manifests !== undefined) {
    if (depth >= MAX_NESTING) return report('malformed', `Indexes are nested more than ${MAX_NESTING} deep.`);
    return fromIndex(store, document, platform, depth + 1, report);
  }
  return fromManifest(store, document, report);
}

function fromManifest(store: BlobStore, manifest: Table, report: Report): ImageParts | undefined {
  const config = readJson(store, blobName(asTable(manifest.config).digest));
  if (!isTable(config)) report('missing-blob', 'The configuration of the image is missing or unreadable.');
  const layers: { name: string; digest: string }[] = [];
  for (const one of asList(manifest.layers)) {
    const digest = asText(asTable(one).digest);
    const name = blobName(digest);
    if (name === undefined || digest === undefined) report('malformed', 'A layer without a valid digest.');
    else if (
      /foreign|nondistributable/.test(asText(asTable(one).mediaType) ?? '') &&
      store.get(name) === undefined
    )
      report('foreign-layer', `Layer ${digest} is kept elsewhere; not looked into.`);
    else layers.push({ name, digest });
  }
  return { layers, config: asTable(config) };
}

/** `manifest.json`: `[{ Config, RepoTags, Layers }]`. */
function dockerSave(store: BlobStore, report: Report): ImageParts | undefined {
  const images = asList(readJson(store, 'manifest.json')).filter(isTable);
  for (const other of images.slice(1))
    report(
      'other-image',
      `${asText(asList(other.RepoTags)[0]) ?? 'An image'} in the same archive was not looked into.`,
    );
  const [first] = images;
  if (first === undefined) return report('malformed', 'manifest.json names no image.');
  const config = readJson(store, asText(first.Config));
  if (!isTable(config)) report('missing-blob', 'The configuration of the image is missing or unreadable.');
  return {
    layers: asList(first.Layers).flatMap((one) => (typeof one === 'string' ? [{ name: one }] : [])),
    config: asTable(config),
  };
}

function platformOf(descriptor: Table): string | undefined {
  const platform = asTable(descriptor.platform);
  const os = asText(platform.os);
  return os === undefined ? undefined : `${os}/${asText(platform.architecture) ?? ''}`;
}

/** Build attestations stand beside images in an index; they hold no files. */
function isAttestation(descriptor: Table): boolean {
  return (
    platformOf(descriptor) === 'unknown/unknown' ||
    asTable(descriptor.annotations)['vnd.docker.reference.type'] !== undefined
  );
}
