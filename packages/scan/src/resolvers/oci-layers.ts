/** Layers put over each other as a container sees them: later files replace earlier ones, whiteouts remove them. */
import { memberPath } from './member-path.ts';
import type { Bytes } from './scratch.ts';
import { TarDamaged, tarMembers } from './tar.ts';

export interface LayeredFile {
  readonly layer: Bytes;
  readonly offset: number;
  readonly size: number;
}

/** Marks of OCI image specification, "Image Layer Filesystem Changeset", whiteouts. */
const WHITEOUT = '.wh.';
const OPAQUE = '.wh..wh..opq';

export interface LayerProblem {
  readonly code: string;
  readonly path: string;
  readonly message: string;
}

/** Applies one layer to the files of those below it. Gives what could not be read. */
export function applyLayer(
  files: Map<string, LayeredFile>,
  layer: Bytes,
  maxEntries: number,
): LayerProblem[] {
  const problems: LayerProblem[] = [];
  const added = new Map<string, LayeredFile>();
  const links = new Map<string, string>();
  /** Paths that this layer takes away from below: themselves and what is under them. */
  const removed = new Set<string>();
  const emptied = new Set<string>();
  let count = 0;
  try {
    for (const member of tarMembers(layer)) {
      count += 1;
      if (count > maxEntries) {
        problems.push({
          code: 'too-large',
          path: '.',
          message: `More than ${maxEntries} members in a layer; the rest was not looked into.`,
        });
        break;
      }
      const place = memberPath(member.path.replace(/^\/+/, ''));
      if ('problem' in place) {
        if (member.type !== 'directory')
          problems.push({
            code: 'path-traversal',
            path: '.',
            message: `Name of a member that ${place.problem}; not read.`,
          });
        continue;
      }
      const { path } = place;
      const cut = path.lastIndexOf('/');
      const name = path.slice(cut + 1);
      const parent = path.slice(0, Math.max(0, cut));
      if (name === OPAQUE) emptied.add(parent);
      else if (name.startsWith(WHITEOUT))
        removed.add(parent === '' ? name.slice(4) : `${parent}/${name.slice(4)}`);
      else if (member.type === 'file') {
        added.set(path, { layer, offset: member.offset, size: member.size });
        links.delete(path);
      } else if (member.type === 'hardlink') {
        const target = memberPath(member.target.replace(/^\/+/, ''));
        if ('path' in target) links.set(path, target.path);
      } else if (member.type !== 'directory') {
        // A link or device in the place of a file or directory hides it.
        removed.add(path);
        added.delete(path);
      }
    }
  } catch (error) {
    if (!(error instanceof TarDamaged)) throw error;
    problems.push({
      code: 'malformed',
      path: '.',
      message: `A layer is damaged: ${error.message} What follows was not read.`,
    });
  }
  hide(files, removed, emptied, added);
  for (const [path, file] of added) files.set(path, file);
  for (const [path, target] of links) {
    const file = files.get(target);
    if (file !== undefined) files.set(path, file);
  }
  return problems;
}

function hide(
  files: Map<string, LayeredFile>,
  removed: ReadonlySet<string>,
  emptied: ReadonlySet<string>,
  added: ReadonlyMap<string, LayeredFile>,
): void {
  const places = new Set([...removed, ...added.keys()]);
  if (places.size === 0 && emptied.size === 0) return;
  for (const path of files.keys()) {
    if (places.has(path) || emptied.has('')) {
      files.delete(path);
      continue;
    }
    for (let cut = path.lastIndexOf('/'); cut > 0; cut = path.lastIndexOf('/', cut - 1)) {
      const above = path.slice(0, cut);
      // A file now stands where a directory stood, or the directory was removed or emptied.
      if (!places.has(above) && !emptied.has(above)) continue;
      files.delete(path);
      break;
    }
  }
}
