/** Where each field of a merged component came from: for a report, and as CycloneDX 1.7 citations in the bill itself. */
import type { Instant } from '@custos/core';
import type { Citation } from '../cyclonedx/model.ts';
import { pointer } from '../json/duplicate-key.ts';
import { type JsonObject, text } from '../json/json.ts';
import { type ComponentNode, walkNodes } from './component-tree.ts';
import type { MergeSource } from './merge-boms.ts';

export interface FieldSources {
  /** `bom-ref`, or the name where there is none. */
  readonly component: string;
  /** JSON pointer of the component in the merged bill. */
  readonly path: string;
  /** Field → names of the sources that say it. */
  readonly fields: Readonly<Record<string, readonly string[]>>;
}

/** Components of one source are cited as a whole, joined ones field by field. */
export function citationsOf(
  merged: { readonly product: readonly ComponentNode[]; readonly nodes: readonly ComponentNode[] },
  sources: readonly MergeSource[],
  timestamp: Instant,
): { joined: FieldSources[]; citations: Citation[] } {
  const joined: FieldSources[] = [];
  const pointers = sources.map((): string[] => []);
  for (const { node, path } of placed(merged)) {
    if (!node.said) {
      pointers[node.source]?.push(path);
      continue;
    }
    const fields: Record<string, readonly string[]> = {};
    for (const [field, said] of node.said) {
      fields[field] = said.map((source) => sources[source]?.name ?? '');
      for (const source of said) pointers[source]?.push(`${path}${pointer([field])}`);
    }
    joined.push({
      component: text(node.component['bom-ref']) ?? text(node.component.name) ?? path,
      path,
      fields,
    });
  }
  const citations = pointers.flatMap((cited, source): Citation[] =>
    cited.length === 0 ? [] : [{ pointers: cited, timestamp, attributedTo: sourceRef(source) }],
  );
  return { joined, citations };
}

function* placed(merged: {
  readonly product: readonly ComponentNode[];
  readonly nodes: readonly ComponentNode[];
}): Generator<{ node: ComponentNode; path: string }> {
  for (const node of merged.product) {
    yield { node, path: '/metadata/component' };
    yield* walkNodes(node.children, '/metadata/component/components');
  }
  yield* walkNodes(merged.nodes);
}

/** The merged files, so that citations have something to point at. */
export function sourceComponents(sources: readonly MergeSource[]): JsonObject[] {
  return sources.map(({ name, bom, hash }, index) => ({
    type: 'file',
    'bom-ref': sourceRef(index),
    name,
    ...(hash === undefined ? {} : { hashes: [{ ...hash }] }),
    ...(bom.serialNumber === undefined
      ? {}
      : {
          externalReferences: [
            { type: 'bom', url: `urn:cdx:${bom.serialNumber.replace('urn:uuid:', '')}/${bom.version ?? 1}` },
          ],
        }),
  }));
}

function sourceRef(index: number): string {
  return `merged-source:${index + 1}`;
}
