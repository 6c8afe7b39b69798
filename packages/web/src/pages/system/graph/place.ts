/** Where each asset stands: connected ones in layers by dagre, those without a connection in a block below. */
import { graphlib, layout } from '@dagrejs/dagre';

export const WIDTH = 200;
export const HEIGHT = 44;
const GAP_X = 60;
const GAP_Y = 14;

export interface Layout {
  /** Asset ids, and x and y of each one's upper left corner. */
  readonly ids: readonly string[];
  readonly places: Float32Array;
}

export interface Unplaced {
  readonly ids: readonly string[];
  readonly edges: readonly (readonly [from: string, to: string])[];
}

/** Deterministic: the same assets and edges stand at the same places. */
export function place({ ids, edges }: Unplaced): Layout {
  const known = new Set(ids);
  const linked = edges.filter(([from, to]) => from !== to && known.has(from) && known.has(to));
  const connected = new Set(linked.flat());
  const graph = new graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: GAP_Y, ranksep: GAP_X * 2, ranker: 'longest-path' });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const id of ids) if (connected.has(id)) graph.setNode(id, { width: WIDTH, height: HEIGHT });
  for (const [from, to] of linked) graph.setEdge(from, to);
  const at = new Map<string, [number, number]>();
  let bottom = 0;
  if (connected.size > 0) {
    // Ordering thousands of crossings takes minutes; stars and chains need none.
    if (connected.size > DAGRE_MOST) fold(linked, connected, at);
    else {
      layout(graph);
      for (const id of connected) {
        const { x, y } = graph.node(id);
        at.set(id, [x - WIDTH / 2, y - HEIGHT / 2]);
      }
    }
    for (const [, y] of at.values()) bottom = Math.max(bottom, y + HEIGHT + 4 * GAP_Y);
  }
  const loose = ids.filter((id) => !connected.has(id));
  const columns = columnsFor(loose.length);
  for (const [n, id] of loose.entries())
    at.set(id, [(n % columns) * (WIDTH + GAP_X / 2), bottom + Math.floor(n / columns) * (HEIGHT + GAP_Y)]);
  return { ids, places: Float32Array.from(ids.flatMap((id) => at.get(id) ?? [0, 0])) };
}

const DAGRE_MOST = 600;

/** Layers by longest path from a source; a layer that would be too tall is folded into several columns. */
function fold(
  edges: Unplaced['edges'],
  connected: ReadonlySet<string>,
  at: Map<string, [number, number]>,
): void {
  const rank = ranks(edges, connected);
  const layers: string[][] = [];
  for (const id of connected) {
    const layer = rank.get(id) ?? 0;
    layers[layer] ??= [];
    layers[layer].push(id);
  }
  let x = 0;
  for (const layer of layers) {
    if (!layer) continue;
    const columns = Math.max(1, Math.round(columnsFor(layer.length) / 2));
    const rows = Math.ceil(layer.length / columns);
    for (const [n, id] of layer.entries())
      at.set(id, [x + Math.floor(n / rows) * (WIDTH + GAP_X / 2), (n % rows) * (HEIGHT + GAP_Y)]);
    x += columns * (WIDTH + GAP_X / 2) + GAP_X * 2;
  }
}

function ranks(edges: Unplaced['edges'], connected: ReadonlySet<string>): Map<string, number> {
  const incoming = new Map<string, number>([...connected].map((id) => [id, 0]));
  const next = new Map<string, string[]>();
  for (const [from, to] of edges) {
    incoming.set(to, (incoming.get(to) ?? 0) + 1);
    next.set(from, [...(next.get(from) ?? []), to]);
  }
  const rank = new Map<string, number>();
  const ready = [...connected].filter((id) => incoming.get(id) === 0);
  for (let n = 0; n < ready.length; n++) {
    const id = ready[n] ?? '';
    const own = rank.get(id) ?? 0;
    for (const to of next.get(id) ?? []) {
      rank.set(to, Math.max(rank.get(to) ?? 0, own + 1));
      const left = (incoming.get(to) ?? 1) - 1;
      incoming.set(to, left);
      if (left === 0) ready.push(to);
    }
  }
  // What stands in a circle keeps the rank it has got so far.
  return rank;
}

/** So many columns that the block is about as wide as it is high on the screen. */
function columnsFor(n: number): number {
  return Math.max(1, Math.ceil(Math.sqrt((n * (HEIGHT + GAP_Y) * 1.6) / (WIDTH + GAP_X / 2))));
}
