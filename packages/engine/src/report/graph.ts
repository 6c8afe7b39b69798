/**
 * The inventory as a drawing: assets by kind, edges by what they mean. Layout is dagre's, fed in sorted order, so the same
 * inventory gives the same picture. Above a size nobody can read, assets of one kind are drawn as one box with a count.
 */
import type { Asset, AssetKind, Edge } from '@custos/core';
import { graphlib, layout } from '@dagrejs/dagre';
import { z } from 'zod';
import { clean, escapeHtml } from './text.ts';
import { KIND_WORD } from './words.ts';

const MOST_NODES = 28;
const MOST_EDGES = 60;
const FONT = 13;
const CHAR = 7.1;
const BOX = 46;
const MARGIN = 8;
const NARROWEST = 900;

const Point = z.object({ x: z.number(), y: z.number() });
const Path = Point.extend({ points: z.array(Point) });
const Size = z.object({ width: z.number(), height: z.number() });

export interface Drawing {
  grouped: boolean;
  assets: number;
  edges: number;
  width: number;
  height: number;
  nodes: {
    kind: AssetKind;
    title: string;
    label: string;
    x: number;
    y: number;
    width: number;
    height: number;
  }[];
  lines: { points: { x: number; y: number }[]; label: string; x: number; y: number }[];
}

interface Node {
  id: string;
  kind: AssetKind;
  title: string;
  label: string;
}

interface Link {
  from: string;
  to: string;
  label: string;
}

/** Lays out an inventory. Coordinates are CSS pixels from the top left. */
export function drawing(inventory: { assets: readonly Asset[]; edges: readonly Edge[] }): Drawing {
  const linked = new Set(inventory.edges.flatMap((edge) => [edge.from, edge.to]));
  const known = new Set(inventory.assets.map((asset) => asset.id));
  const edges = inventory.edges.filter((edge) => known.has(edge.from) && known.has(edge.to));
  const grouped = inventory.assets.length > MOST_NODES || edges.length > MOST_EDGES;
  const { nodes, links } = grouped
    ? byKind(inventory.assets, edges)
    : singly(inventory.assets, edges, linked);
  return { grouped, assets: inventory.assets.length, edges: edges.length, ...place(nodes, links) };
}

function singly(assets: readonly Asset[], edges: readonly Edge[], linked: ReadonlySet<string>) {
  const sorted = [...assets].sort(
    (a, b) => Number(linked.has(b.id)) - Number(linked.has(a.id)) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0),
  );
  const nodes = sorted.map(
    (asset): Node => ({
      id: asset.id,
      kind: asset.kind,
      title: KIND_WORD[asset.kind][0],
      label: fit(clean(asset.version ? `${asset.name} ${asset.version}` : asset.name)),
    }),
  );
  const links = edges.map(
    (edge): Link => ({ from: edge.from, to: edge.to, label: edge.kind.replace('_', ' ') }),
  );
  return { nodes, links: links.sort(byEnds) };
}

function byKind(assets: readonly Asset[], edges: readonly Edge[]) {
  const kindOf = new Map(assets.map((asset) => [asset.id, asset.kind]));
  const counts = new Map<AssetKind, string[]>();
  for (const asset of assets) counts.set(asset.kind, [...(counts.get(asset.kind) ?? []), asset.name]);
  const nodes = [...counts]
    .map(([kind, names]): Node => {
      const [one, many] = KIND_WORD[kind];
      const sorted = [...new Set(names.map(clean))].sort();
      const more = sorted.length > 2 ? ` and ${sorted.length - 2} more` : '';
      return {
        id: kind,
        kind,
        title: `${names.length} ${names.length === 1 ? one : many}`,
        label: `${sorted
          .slice(0, 2)
          .map((name) => fit(name, 22))
          .join(', ')}${more}`,
      };
    })
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  const sums = new Map<string, Link & { n: number }>();
  for (const edge of edges) {
    const from = kindOf.get(edge.from);
    const to = kindOf.get(edge.to);
    if (!from || !to || from === to) continue;
    const key = `${from} ${to} ${edge.kind}`;
    const sum = sums.get(key) ?? { from, to, label: edge.kind.replace('_', ' '), n: 0 };
    sum.n += 1;
    sums.set(key, sum);
  }
  const links = [...sums.values()].map(
    ({ n, ...link }): Link => ({ ...link, label: `${link.label} × ${n}` }),
  );
  return { nodes, links: links.sort(byEnds) };
}

function byEnds(a: Link, b: Link): number {
  const key = (link: Link): string => `${link.from}\n${link.to}\n${link.label}`;
  return key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0;
}

function fit(text: string, most = 30): string {
  const chars = [...text];
  return chars.length <= most ? text : `${chars.slice(0, most - 1).join('')}…`;
}

/** Boxes with relations are laid out by dagre from left to right; boxes without stand in rows below them. */
function place(
  nodes: readonly Node[],
  links: readonly Link[],
): Pick<Drawing, 'width' | 'height' | 'nodes' | 'lines'> {
  const linked = new Set(links.flatMap((link) => [link.from, link.to]));
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', nodesep: 16, ranksep: 44, edgesep: 10, marginx: MARGIN, marginy: MARGIN });
  graph.setDefaultEdgeLabel(() => ({}));
  const joined = nodes.filter((node) => linked.has(node.id));
  for (const node of joined) graph.setNode(node.id, { width: boxWidth(node), height: BOX });
  for (const [index, link] of links.entries())
    graph.setEdge(
      link.from,
      link.to,
      { width: CHAR * link.label.length, height: FONT + 3, labelpos: 'c' },
      String(index),
    );
  if (joined.length > 0) layout(graph);
  const placed = joined.map((node) => {
    const box = Point.parse(graph.node(node.id));
    return boxed(node, box.x - boxWidth(node) / 2, box.y - BOX / 2);
  });
  const lines = links.map((link, index) => {
    const path = Path.parse(graph.edge(link.from, link.to, String(index)));
    const points = path.points.map((point) => ({ x: round(point.x), y: round(point.y) }));
    return { points, label: link.label, x: round(path.x), y: round(path.y) };
  });
  const size = joined.length > 0 ? Size.parse(graph.graph()) : { width: 0, height: 0 };
  const rest = rows(
    nodes.filter((node) => !linked.has(node.id)),
    Math.max(size.width, NARROWEST),
    size.height,
  );
  return {
    width: Math.ceil(Math.max(size.width, ...rest.map((box) => box.x + box.width + MARGIN), 1)),
    height: Math.ceil(Math.max(size.height, ...rest.map((box) => box.y + box.height + MARGIN), 1)),
    nodes: [...placed, ...rest],
    lines,
  };
}

function rows(nodes: readonly Node[], width: number, top: number): Drawing['nodes'] {
  let x = MARGIN;
  let y = top + MARGIN;
  return nodes.map((node) => {
    if (x > MARGIN && x + boxWidth(node) + MARGIN > width) {
      x = MARGIN;
      y += BOX + 14;
    }
    const box = boxed(node, x, y);
    x += boxWidth(node) + 14;
    return box;
  });
}

function boxWidth(node: Node): number {
  return Math.ceil(Math.max(110, 24 + CHAR * Math.max([...node.label].length, [...node.title].length)));
}

function boxed({ kind, title, label }: Node, x: number, y: number): Drawing['nodes'][number] {
  return {
    kind,
    title,
    label,
    x: round(x),
    y: round(y),
    width: boxWidth({ id: '', kind, title, label }),
    height: BOX,
  };
}

function round(n: number): number {
  return Math.round(n * 10) / 10;
}

/** Colours as presentation attributes; the HTML's style sheet overrides them for dark mode by class. */
const PAPER = { box: '#ffffff', line: '#7a869a', ink: '#16202e', soft: '#4a5768', accent: '#1f4e79' };

/** One sentence for those who do not see the picture. */
export function drawingText(drawing: Drawing): string {
  const what = drawing.grouped
    ? `Inventory by kind of asset: ${drawing.nodes.map((node) => node.title).join(', ')}`
    : `Inventory of ${drawing.assets} assets`;
  const how = drawing.grouped ? 'Boxes stand for all assets of a kind' : 'Each box is an asset';
  return `${what}, joined by ${drawing.edges} relations. ${how}; the same content is in the tables of assets and dependencies below.`;
}

/** Stand-alone SVG text. `font` is the family for formats that do not inherit one. */
export function drawingSvg(drawing: Drawing, options: { id: string; font?: string }): string {
  const { id, font } = options;
  const lines = drawing.lines.map((line) => lineSvg(line, id)).join('');
  const nodes = drawing.nodes.map(nodeSvg).join('');
  const family = font ? ` font-family="${escapeHtml(font)}"` : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${drawing.width} ${drawing.height}" width="${drawing.width}" height="${drawing.height}" role="img" aria-label="${escapeHtml(drawingText(drawing))}"${family} font-size="${FONT}"><defs><marker id="${id}-arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="g-tip" d="M0 0.5 8 4 0 7.5z" fill="${PAPER.line}"/></marker></defs>${lines}${nodes}</svg>`;
}

function lineSvg(line: Drawing['lines'][number], id: string): string {
  const path = line.points.map((point, index) => `${index === 0 ? 'M' : 'L'}${point.x} ${point.y}`).join(' ');
  const width = Math.round(line.label.length * (CHAR - 0.9) + 6);
  return `<path class="g-line" d="${path}" fill="none" stroke="${PAPER.line}" stroke-width="1.2" stroke-linejoin="round" marker-end="url(#${id}-arrow)"/><rect class="g-mask" x="${round(line.x - width / 2)}" y="${round(line.y - 8)}" width="${width}" height="16" fill="${PAPER.box}"/><text class="g-soft" x="${line.x}" y="${round(line.y + 4)}" text-anchor="middle" font-size="11" fill="${PAPER.soft}">${escapeHtml(line.label)}</text>`;
}

function nodeSvg(node: Drawing['nodes'][number]): string {
  return `<rect class="g-box" x="${node.x}" y="${node.y}" width="${node.width}" height="${node.height}" rx="6" fill="${PAPER.box}" stroke="${PAPER.line}"/><rect class="g-edge" x="${node.x}" y="${round(node.y + 8)}" width="3" height="${round(node.height - 16)}" fill="${PAPER.accent}"/><text class="g-soft" x="${round(node.x + 12)}" y="${round(node.y + 18)}" font-size="11" fill="${PAPER.soft}">${escapeHtml(node.title)}</text><text class="g-ink" x="${round(node.x + 12)}" y="${round(node.y + 35)}" fill="${PAPER.ink}">${escapeHtml(node.label)}</text>`;
}
