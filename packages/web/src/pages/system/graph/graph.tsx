/**
 * The inventory as a graph. A few hundred assets are cards that one can tab to; more of them are drawn on a canvas, so that
 * panning and zooming stay quick, and the list has them for the keyboard and for screen readers.
 */
import {
  Background,
  Controls,
  type Node,
  type NodeProps,
  ReactFlow,
  ReactFlowProvider,
  useReactFlow,
  useStore,
} from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { Center, Loader, Text, useComputedColorScheme } from '@mantine/core';
import { memo, useCallback, useEffect, useMemo, useRef } from 'react';
import { words } from '../../../parts/words.ts';
import { text } from '../text.ts';
import classes from './graph.module.css';
import { gapsOf, type Inventory, type InventoryAsset } from './inventory.ts';
import { HEIGHT, type Layout, WIDTH } from './place.ts';
import { useLayout } from './use-layout.ts';

interface GraphProps {
  assets: readonly InventoryAsset[];
  edges: Inventory['edges'];
  selected: string | undefined;
  select: (id: string | undefined) => void;
}

type AssetNode = Node<{ asset: InventoryAsset; gaps: string }, 'asset'>;

/** Below this zoom names can't be read and are not drawn. */
const READABLE = 0.45;
/** So many cards are quick at any zoom. */
const FEW = 300;
/** Letters that fit on a card. */
const LETTERS = 27;

export function InventoryGraph(props: GraphProps) {
  const { assets, edges } = props;
  const graph = useMemo(
    () => ({
      ids: assets.map(({ id }) => id),
      edges: edges.map(({ from, to }) => [from, to] as const),
    }),
    [assets, edges],
  );
  const layout = useLayout(graph);
  if (!layout)
    return (
      <Center h="100%">
        <Loader size="sm" mr="sm" aria-hidden />
        <Text size="sm" role="status">
          {text.inventory.layingOut}
        </Text>
      </Center>
    );
  return (
    <ReactFlowProvider>
      <Flow {...props} layout={layout} />
    </ReactFlowProvider>
  );
}

const NODE_TYPES = { asset: memo(AssetCard) };

function Flow({ assets, edges, selected, select, layout }: GraphProps & { layout: Layout }) {
  const scheme = useComputedColorScheme();
  const flow = useReactFlow();
  const cards = assets.length <= FEW;
  const nodes = useMemo(() => nodesOf(assets, layout), [assets, layout]);
  const shown = useMemo(
    () =>
      cards ? nodes.map((node) => (node.id === selected ? { ...node, selected: true } : node)) : NO_NODES,
    [nodes, cards, selected],
  );
  // Where the whole is too much to see at once, one begins at its upper left, readable.
  useEffect(() => {
    if (nodes.length <= FEW) void flow.fitView({ nodes: [...nodes], padding: 0.1, maxZoom: 1 });
    else void flow.setViewport({ x: 24, y: 24, zoom: 0.8 });
  }, [flow, nodes]);
  const pick = useCallback(
    (event: { clientX: number; clientY: number }) => {
      const { x, y } = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY });
      const hit = cards
        ? undefined
        : nodes.find(
            ({ position }) =>
              x >= position.x && x <= position.x + WIDTH && y >= position.y && y <= position.y + HEIGHT,
          );
      select(hit?.id);
    },
    [flow, cards, nodes, select],
  );
  return (
    <ReactFlow
      nodes={shown}
      edges={NO_EDGES}
      nodeTypes={NODE_TYPES}
      colorMode={scheme}
      onlyRenderVisibleElements
      nodesDraggable={false}
      nodesConnectable={false}
      edgesFocusable={false}
      minZoom={0.02}
      maxZoom={2}
      onNodeClick={(_, node) => select(node.id)}
      onPaneClick={pick}
      proOptions={{ hideAttribution: true }}
      aria-label={text.inventory.graphLabel}
    >
      <Drawing nodes={nodes} edges={edges} selected={selected} cards={cards} />
      <Background gap={24} />
      <Controls
        showInteractive={false}
        onFitView={() => void flow.fitBounds(boundsOf(nodes), { padding: 0.05 })}
      />
    </ReactFlow>
  );
}

/** Edges are drawn on the canvas: an element for each of thousands would be slow. */
const NO_EDGES: [] = [];
const NO_NODES: AssetNode[] = [];

function nodesOf(assets: readonly InventoryAsset[], { ids, places }: Layout): AssetNode[] {
  const at = new Map(ids.map((id, n) => [id, n]));
  return assets.map((asset) => {
    const n = at.get(asset.id) ?? 0;
    const gaps = gapsOf(asset);
    return {
      id: asset.id,
      type: 'asset' as const,
      position: { x: places[2 * n] ?? 0, y: places[2 * n + 1] ?? 0 },
      width: WIDTH,
      height: HEIGHT,
      ariaLabel: `${asset.name}, ${words(asset.kind)}${gaps.length > 0 ? `, ${gaps.map((gap) => text.inventory.gap[gap]).join(', ')}` : ''}`,
      data: { asset, gaps: gaps.map((gap) => text.inventory.gap[gap]).join(', ') },
    };
  });
}

function boundsOf(nodes: readonly AssetNode[]) {
  const x = Math.min(...nodes.map(({ position }) => position.x));
  const y = Math.min(...nodes.map(({ position }) => position.y));
  return {
    x,
    y,
    width: Math.max(...nodes.map(({ position }) => position.x)) + WIDTH - x,
    height: Math.max(...nodes.map(({ position }) => position.y)) + HEIGHT - y,
  };
}

function AssetCard({ data: { asset, gaps }, selected }: NodeProps<AssetNode>) {
  return (
    <div className={classes.card} data-gap={gaps !== '' || undefined} data-selected={selected || undefined}>
      <span className={classes.name}>{asset.name}</span>
      <span className={classes.kind}>
        {words(asset.kind)}
        {gaps === '' ? '' : ` · ${gaps}`}
      </span>
    </div>
  );
}

interface DrawingProps {
  nodes: readonly AssetNode[];
  edges: Inventory['edges'];
  selected: string | undefined;
  /** The cards are there: only edges are drawn. */
  cards: boolean;
}

/** The canvas under the cards, in the colours of the theme. */
function Drawing({ nodes, edges, selected, cards }: DrawingProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme();
  const [x, y, zoom] = useStore(({ transform }) => transform);
  const width = useStore((state) => state.width);
  const height = useStore((state) => state.height);
  const lines = useMemo(() => linesOf(nodes, edges), [nodes, edges]);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const ratio = window.devicePixelRatio;
    // The colours are those of the theme's style rule.
    element.dataset.scheme = scheme;
    element.width = width * ratio;
    element.height = height * ratio;
    const style = getComputedStyle(element);
    const color = (name: string) => style.getPropertyValue(name);
    context.setTransform(ratio * zoom, 0, 0, ratio * zoom, ratio * x, ratio * y);
    const view = { left: -x / zoom, top: -y / zoom, right: (width - x) / zoom, bottom: (height - y) / zoom };
    const inView = (px: number, py: number) =>
      px > view.left && px < view.right && py > view.top && py < view.bottom;
    const far = zoom < READABLE;
    const draw = (only: boolean) => {
      for (const line of lines) {
        if ((selected !== undefined && (line.from === selected || line.to === selected)) !== only) continue;
        if (Math.max(line.x1, line.x2) < view.left || Math.min(line.x1, line.x2) > view.right) continue;
        if (Math.max(line.y1, line.y2) < view.top || Math.min(line.y1, line.y2) > view.bottom) continue;
        // Near, lines that only pass by tell nothing and hide what they pass.
        if (!(only || far || cards || inView(line.x1, line.y1) || inView(line.x2, line.y2))) continue;
        const bend = Math.max(30, Math.abs(line.x2 - line.x1) / 2);
        context.beginPath();
        context.moveTo(line.x1, line.y1);
        if (far) context.lineTo(line.x2, line.y2);
        else context.bezierCurveTo(line.x1 + bend, line.y1, line.x2 - bend, line.y2, line.x2, line.y2);
        context.stroke();
      }
    };
    context.strokeStyle = color('--graph-edge');
    context.lineWidth = 1 / zoom;
    context.globalAlpha = cards ? 1 : 0.35;
    draw(false);
    context.globalAlpha = 1;
    if (!cards) {
      const ink = { good: color('--graph-card'), gap: color('--graph-gap'), paper: color('--graph-paper') };
      for (const { position, data } of nodes) {
        if (position.x + WIDTH < view.left || position.x > view.right) continue;
        if (position.y + HEIGHT < view.top || position.y > view.bottom) continue;
        context.fillStyle = data.gaps === '' ? ink.good : ink.gap;
        context.fillRect(position.x, position.y, WIDTH, HEIGHT);
        if (far) continue;
        context.fillStyle = ink.paper;
        context.fillRect(position.x + 5, position.y + 1, WIDTH - 6, HEIGHT - 2);
      }
      if (!far) write(context, nodes, view, color('--graph-ink'));
    }
    const chosen = selected === undefined ? undefined : nodes.find(({ id }) => id === selected);
    if (chosen && !cards) {
      context.strokeStyle = color('--graph-selected');
      context.lineWidth = Math.min(4 / zoom, 20);
      context.strokeRect(chosen.position.x, chosen.position.y, WIDTH, HEIGHT);
    }
    context.strokeStyle = color('--graph-selected');
    context.lineWidth = Math.min(2 / zoom, 5);
    draw(true);
  }, [x, y, zoom, width, height, lines, nodes, selected, cards, scheme]);
  return <canvas ref={canvas} className={classes.canvas} aria-hidden />;
}

interface View {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Names and gaps of the assets in view. */
function write(
  context: CanvasRenderingContext2D,
  nodes: readonly AssetNode[],
  view: View,
  ink: string,
): void {
  context.fillStyle = ink;
  for (const line of [0, 1]) {
    context.font = `${line === 0 ? '600 ' : ''}12px system-ui, sans-serif`;
    for (const { position, data } of nodes) {
      if (position.x + WIDTH < view.left || position.x > view.right) continue;
      if (position.y + HEIGHT < view.top || position.y > view.bottom) continue;
      const said =
        line === 0 ? data.asset.name : [words(data.asset.kind), data.gaps].filter(Boolean).join(' · ');
      const short = said.length > LETTERS ? `${said.slice(0, LETTERS - 1)}…` : said;
      context.fillText(short, position.x + 12, position.y + 18 + 16 * line);
    }
  }
}

function linesOf(nodes: readonly AssetNode[], edges: Inventory['edges']) {
  const at = new Map(nodes.map(({ id, position }) => [id, position]));
  return edges.flatMap(({ from, to }) => {
    const [a, b] = [at.get(from), at.get(to)];
    return a && b ? [{ from, to, x1: a.x + WIDTH, y1: a.y + HEIGHT / 2, x2: b.x, y2: b.y + HEIGHT / 2 }] : [];
  });
}
