/** Components of a bill as a tree that can be merged into, and back. */
import { type JsonObject, objects } from '../json/json.ts';

export interface ComponentNode {
  /** Without its nested components. */
  component: JsonObject;
  readonly children: ComponentNode[];
  /** The source that it came from, by index. */
  readonly source: number;
  /** Once more than one source knows it: field → sources that say it, in the order in which they came. */
  said?: Map<string, number[]>;
}

export function toNodes(components: unknown, source: number): ComponentNode[] {
  return objects(components).map(({ components: nested, ...component }) => ({
    component,
    children: toNodes(nested, source),
    source,
  }));
}

export function fromNodes(nodes: readonly ComponentNode[]): JsonObject[] {
  return nodes.map(({ component, children }) =>
    children.length === 0 ? component : { ...component, components: fromNodes(children) },
  );
}

/** Every node and its JSON pointer below the list's own. */
export function* walkNodes(
  nodes: readonly ComponentNode[],
  path = '/components',
): Generator<{ node: ComponentNode; path: string }> {
  for (const [index, node] of nodes.entries()) {
    const here = `${path}/${index}`;
    yield { node, path: here };
    yield* walkNodes(node.children, `${here}/components`);
  }
}
