/** Several bills as one: each component once, with the source of every field, and every contradiction reported. */
import { CustosError, type Instant } from '@custos/core';
import type { Bom, Hash } from '../cyclonedx/model.ts';
import { renameReferences } from '../cyclonedx/rename.ts';
import { requireBom } from '../cyclonedx/validate.ts';
import { serialNumberOf } from '../inventory/serial-number.ts';
import { asObject, isObject, type JsonObject, type JsonValue, text } from '../json/json.ts';
import { type Carrier, carriersOf, isSameCarrier } from './carriers.ts';
import { citationsOf, type FieldSources, sourceComponents } from './citations.ts';
import { type ComponentNode, fromNodes, toNodes, walkNodes } from './component-tree.ts';
import { IdentityIndex } from './identity.ts';
import { mergeRest } from './merge-rest.ts';
import { type Difference, mergeObjects } from './merge-values.ts';

export interface MergeSource {
  /** File name or other name for people. */
  readonly name: string;
  readonly bom: Bom;
  /** Of the file. */
  readonly hash?: Hash;
}

export interface MergeConflict {
  /** `bom-ref` of the component in the merged bill, or the part of the bill. */
  readonly subject: string;
  /** JSON pointer below the subject. */
  readonly path: string;
  readonly kept: { readonly source: string; readonly value: JsonValue };
  readonly other: { readonly source: string; readonly value: JsonValue };
}

export interface MergedBom {
  readonly bom: Bom;
  readonly conflicts: readonly MergeConflict[];
  /** Components that more than one source knows, with the sources of each field. */
  readonly joined: readonly FieldSources[];
  /** References that meant different things in two bills: what they were called, and are called now. */
  readonly renamed: readonly { readonly source: string; readonly from: string; readonly to: string }[];
}

export interface MergeOptions {
  readonly timestamp: Instant;
  readonly tool: { readonly name: string; readonly version: string };
}

/**
 * Merges bills into one CycloneDX 1.7. The first bill's product stays the product. Components are the same by package
 * URL, by strong digest, or by `bom-ref` with type and name; where fields differ the first source is kept and the
 * difference is reported. Signatures over whole bills are left out: nobody signed the merged one.
 * @throws CustosError BOM_MERGE for fewer than one bill, BOM_INVALID
 */
export function mergeBoms(sources: readonly MergeSource[], options: MergeOptions): MergedBom {
  if (sources.length === 0)
    throw new CustosError('BOM_MERGE', 'There is nothing to merge. Name at least one bill.');
  const state = new Merge(sources);
  for (const [index, source] of sources.entries()) state.add(index, source);
  const { joined, citations } = citationsOf(state, sources, options.timestamp);
  const { signature: _, citations: __, ...rest } = state.rest;
  const components = fromNodes(state.nodes);
  const content = {
    ...rest,
    metadata: metadataOf(rest.metadata, fromNodes(state.product)[0], sources, options),
    ...(components.length > 0 ? { components } : {}),
    ...(citations.length > 0 ? { citations } : {}),
  };
  const bom = requireBom(
    {
      $schema: 'http://cyclonedx.org/schema/bom-1.7.schema.json',
      bomFormat: 'CycloneDX',
      specVersion: '1.7',
      serialNumber: serialNumberOf(content),
      version: 1,
      ...content,
    },
    'the merged bill',
  );
  return { bom, conflicts: state.conflicts, joined, renamed: state.renamed };
}

class Merge {
  /** The product of the first bill, if it names one. */
  readonly product: ComponentNode[] = [];
  readonly nodes: ComponentNode[] = [];
  readonly conflicts: MergeConflict[] = [];
  readonly renamed: { source: string; from: string; to: string }[] = [];
  rest: JsonObject = {};
  private readonly index = new IdentityIndex<ComponentNode>();
  private readonly refs = new Map<string, Carrier>();
  private readonly sources: readonly MergeSource[];

  constructor(sources: readonly MergeSource[]) {
    this.sources = sources;
  }

  add(source: number, { name, bom }: MergeSource): void {
    const incoming = toNodes(this.incoming(bom, source), source);
    const matches = this.match(incoming);
    const names = this.names(name, bom, incoming, matches);
    const renamed = renameReferences(bom, names);
    const added: ComponentNode[] = [];
    if (source === 0)
      this.place(toNodes([renamed.metadata?.component], source), this.product, added, [].values());
    this.place(toNodes(this.incoming(renamed, source), source), this.nodes, added, matches.values());
    for (const node of added) this.index.add(node.component, node);
    const { components: _, metadata, ...rest } = asObject(renamed);
    const { component: __, ...others } = asObject(metadata);
    const differences: Difference[] = [];
    this.rest = mergeRest(this.rest, { ...rest, metadata: others }, differences);
    this.report('bill', differences, 0, source);
    for (const [ref, carrier] of carriersOf(renamed)) this.refs.set(ref, carrier);
  }

  /** The product of every bill but the first is a component of the merged one. */
  private incoming(bom: Bom, source: number): unknown {
    const product = source > 0 ? bom.metadata?.component : undefined;
    return product ? [product, ...(bom.components ?? [])] : bom.components;
  }

  /**
   * For each component of a bill, in document order, the one that is already there. Two components of one bill never
   * become one: the second is left alone.
   */
  private match(nodes: readonly ComponentNode[]): (ComponentNode | undefined)[] {
    const used = new Set<ComponentNode>();
    return [...walkNodes(nodes)].map(({ node }) => {
      const known = this.index.find(node.component, (value) => value.component);
      if (!known || used.has(known)) return undefined;
      used.add(known);
      return known;
    });
  }

  /** Which references of a bill get another name: those of joined components, and those that are taken. */
  private names(
    source: string,
    bom: Bom,
    nodes: readonly ComponentNode[],
    matches: readonly (ComponentNode | undefined)[],
  ): Map<string, string> {
    const names = new Map<string, string>();
    const joined = new Set<string>();
    for (const [position, { node }] of [...walkNodes(nodes)].entries()) {
      const ref = text(node.component['bom-ref']);
      const known = matches[position];
      if (ref === undefined || !known) continue;
      joined.add(ref);
      const to = text(known.component['bom-ref']);
      if (to !== undefined && to !== ref) names.set(ref, to);
    }
    const own = carriersOf(bom);
    for (const [ref, carrier] of own) {
      const taken = this.refs.get(ref);
      if (joined.has(ref) || !taken || isSameCarrier(taken, carrier)) continue;
      let number = 2;
      while (this.refs.has(`${ref}#${number}`) || own.has(`${ref}#${number}`)) number += 1;
      names.set(ref, `${ref}#${number}`);
      this.renamed.push({ source, from: ref, to: `${ref}#${number}` });
    }
    return names;
  }

  /** Known components are merged where they stand; new ones are put below the parent that they came with. */
  private place(
    nodes: readonly ComponentNode[],
    parent: ComponentNode[],
    added: ComponentNode[],
    matches: Iterator<ComponentNode | undefined, unknown>,
  ): void {
    for (const node of nodes) {
      const next = matches.next();
      const known = next.done === true ? undefined : next.value;
      const children = node.children.splice(0);
      if (known) this.join(known, node);
      else parent.push(node);
      added.push(known ?? node);
      this.place(children, (known ?? node).children, added, matches);
    }
  }

  private join(known: ComponentNode, node: ComponentNode): void {
    const { source } = node;
    const differences: Difference[] = [];
    // A signature over a component does not hold for what was added to it.
    const { signature: __, ...ours } = known.component;
    const { signature: _, ...theirs } = node.component;
    const merged = mergeObjects(ours, theirs, [], differences);
    known.component = merged === ours ? known.component : merged;
    const said = saidOf(known, ours);
    for (const field of Object.keys(theirs)) {
      if (differences.some(({ path }) => path === `/${field}`)) continue;
      const sources = said.get(field);
      if (!sources) said.set(field, [source]);
      else if (!sources.includes(source)) sources.push(source);
    }
    for (const difference of differences) {
      const field = difference.path.split('/')[1] ?? '';
      this.report(nameOf(known), [difference], said.get(field)?.[0] ?? known.source, source);
    }
  }

  private report(subject: string, differences: readonly Difference[], kept: number, other: number): void {
    for (const { path, kept: value, other: theirs } of differences)
      this.conflicts.push({
        subject,
        path,
        kept: { source: this.sources[kept]?.name ?? '', value },
        other: { source: this.sources[other]?.name ?? '', value: theirs },
      });
  }
}

function saidOf(node: ComponentNode, component: JsonObject): Map<string, number[]> {
  node.said ??= new Map(Object.keys(component).map((field) => [field, [node.source]]));
  return node.said;
}

function nameOf({ component }: ComponentNode): string {
  return text(component['bom-ref']) ?? text(component.name) ?? 'a component';
}

function metadataOf(
  metadata: JsonValue | undefined,
  product: JsonObject | undefined,
  sources: readonly MergeSource[],
  options: MergeOptions,
): JsonObject {
  const known = isObject(metadata) ? metadata : {};
  const tools = isObject(known.tools) ? known.tools : {};
  const own = { type: 'application', name: options.tool.name, version: options.tool.version };
  const listed = Array.isArray(tools.components) ? tools.components : [];
  const without = listed.filter(
    (tool) => !(isObject(tool) && tool.name === own.name && text(tool.version) === own.version),
  );
  return {
    ...known,
    ...(product ? { component: product } : {}),
    timestamp: options.timestamp,
    tools: { ...tools, components: [...without, own, ...sourceComponents(sources)] },
  };
}
