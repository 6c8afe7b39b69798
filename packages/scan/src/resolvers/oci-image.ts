/** A container image as a tree of files: what a container of it would see, without the distribution's own files. */
import { resolve } from 'node:path';
import { CustosError } from '@custos/core';
import { asList, asTable, asText, type Table } from '../data-file.ts';
import type { Resolver, TreeEntry, TreeFile } from '../types.ts';
import { compressionOf, unknownEntry } from './archive.ts';
import { type BlobStore, openImage } from './oci-blobs.ts';
import { applyLayer, type LayeredFile } from './oci-layers.ts';
import { chooseImage, type ImageParts } from './oci-manifest.ts';
import { type Bytes, DEFAULT_LIMITS, Scratch, sha256Of, type UnpackLimits } from './scratch.ts';
import { isTar } from './tar.ts';

/** The image's configuration is shown as the Dockerfile lines that would make it. */
export const IMAGE_CONFIG = 'image-config/Dockerfile';

export interface ImageOptions extends Partial<UnpackLimits> {
  /** Which image of a multi-platform index, as `os/architecture`. Default: `linux/amd64`. */
  readonly platform?: string;
}

/**
 * Opens a container image for scanning: an OCI image layout (directory or tar) or the output of `docker save`.
 * Whiteouts are applied in the order of the layers; every layer's digest is checked.
 * @throws CustosError `SCAN_IMAGE`, `SCAN_ROOT_MISSING` from `entries`
 * @example scan(imageResolver('image.tar'))
 */
export function imageResolver(path: string, options: ImageOptions = {}): Resolver {
  return new ImageResolver(resolve(path), options);
}

class ImageResolver implements Resolver {
  readonly identity: string;
  private readonly path: string;
  private readonly limits: UnpackLimits;
  private readonly platform: string;
  private readonly scratch = new Scratch();
  private readonly files = new Map<string, LayeredFile>();
  private config = Buffer.alloc(0);

  constructor(path: string, options: ImageOptions) {
    this.path = path;
    this.limits = { ...DEFAULT_LIMITS, ...options };
    this.platform = options.platform ?? 'linux/amd64';
    this.identity = `image ${path}`;
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<TreeEntry> {
    const store = await openImage(this.path, this.scratch, this.limits);
    const { parts, unknowns } = chooseImage(store, this.platform);
    for (const unknown of unknowns) yield { unknown };
    if (parts === undefined) return;
    for (const layer of parts.layers) {
      signal?.throwIfAborted();
      yield* this.layer(store, layer);
    }
    this.config = Buffer.from(dockerfileOf(parts));
    yield { file: { path: IMAGE_CONFIG, size: this.config.length, mtimeMs: 0, ctimeMs: 0, inode: 0 } };
    for (const path of [...this.files.keys()].sort()) {
      const size = this.files.get(path)?.size ?? 0;
      if (isOfTheSystem(path)) yield { file: { path, size, mtimeMs: 0, ctimeMs: 0, inode: 0 } };
    }
  }

  private async *layer(store: BlobStore, layer: ImageParts['layers'][number]): AsyncGenerator<TreeEntry> {
    const label = layer.digest ?? layer.name;
    const packed = store.get(layer.name);
    if (packed === undefined) {
      yield unknownEntry(
        'missing-blob',
        '.',
        `Layer ${label} is not in the image; its files were not looked into.`,
      );
      return;
    }
    const compression = compressionOf(packed);
    if (compression !== undefined && compression !== 'gzip') {
      yield unknownEntry(
        'unsupported-compression',
        '.',
        `Layer ${label} is compressed with ${compression}; its files were not looked into.`,
      );
      return;
    }
    let content: Bytes = packed;
    let digest: string | undefined;
    if (compression === 'gzip') {
      const unpacked = await this.scratch.gunzip(packed, this.limits);
      if (unpacked.problem !== undefined)
        yield unknownEntry(unpacked.problem.code, '.', `Layer ${label}: ${unpacked.problem.message}`);
      digest = unpacked.packedDigest;
      content = unpacked;
    } else if (layer.digest !== undefined) digest = sha256Of(packed);
    if (layer.digest?.startsWith('sha256:') === true && digest !== layer.digest)
      yield unknownEntry(
        'digest-mismatch',
        '.',
        `Layer ${label} has other content (${digest ?? 'unknown'}); it is read as it is.`,
      );
    if (content.size === 0) return;
    if (!isTar(content))
      yield unknownEntry(
        'malformed',
        '.',
        `Layer ${label} is no tar archive; its files were not looked into.`,
      );
    else
      for (const one of applyLayer(this.files, content, this.limits.maxEntries))
        yield unknownEntry(one.code, one.path, one.message);
  }

  async read(file: TreeFile, offset: number, length: number): Promise<Buffer> {
    if (file.path === IMAGE_CONFIG) return this.config.subarray(offset, offset + length);
    const found = this.files.get(file.path);
    if (found === undefined)
      throw new CustosError('SCAN_NOT_A_FILE', `${file.path} is no file of the image.`);
    return found.layer.read(found.offset + offset, Math.max(0, Math.min(length, found.size - offset)));
  }

  async close(): Promise<void> {
    this.scratch.close();
  }
}

/** Directories that the distribution's packages fill (Filesystem Hierarchy Standard 3.0). */
const DISTRIBUTION =
  /^(?:bin|sbin|lib(?:32|64|x32)?|boot|dev|proc|sys|usr\/(?:bin|sbin|lib(?:32|64|exec)?|share|include|src|games)|var\/(?:lib\/(?:apt|dpkg|rpm|apk|pacman)|cache|log)|etc\/(?:ssl|ca-certificates|alternatives|pam\.d|init\.d|rc\d\.d|systemd|apt|dpkg))\//;

/** Installed packages are known by their metadata; their insides are somebody else's program. */
function isOfTheSystem(path: string): boolean {
  if (/(?:^|\/)(?:site|dist)-packages\//.test(path)) return path.endsWith('.dist-info/METADATA');
  const at = path.lastIndexOf('node_modules/');
  if (at >= 0) return /^(?:@[^/]+\/)?[^/]+\/package\.json$/.test(path.slice(at + 13));
  if (/(?:^|\/)\.git\//.test(path)) return false;
  return !DISTRIBUTION.test(path);
}

/** `Env`, `ExposedPorts`, `Entrypoint`, `Cmd` and `WorkingDir` of the image's configuration. */
function dockerfileOf(parts: ImageParts): string {
  const config: Table = asTable(parts.config.config);
  const words = (value: unknown): string[] => asList(value).flatMap((one) => asText(one) ?? []);
  const plain = (text: string): string => text.replaceAll(/[\r\n]/g, ' ');
  return [
    ...words(config.Env).map((one) => `ENV ${plain(one)}`),
    ...Object.keys(asTable(config.ExposedPorts)).map((one) => `EXPOSE ${plain(one)}`),
    ...(asText(config.WorkingDir) === undefined ? [] : [`WORKDIR ${plain(asText(config.WorkingDir) ?? '')}`]),
    ...(words(config.Entrypoint).length === 0
      ? []
      : [`ENTRYPOINT ${JSON.stringify(words(config.Entrypoint))}`]),
    ...(words(config.Cmd).length === 0 ? [] : [`CMD ${JSON.stringify(words(config.Cmd))}`]),
    '',
  ].join('\n');
}
