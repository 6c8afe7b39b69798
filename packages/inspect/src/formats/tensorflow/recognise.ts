/** TensorFlow's messages have no magic: what SavedModel, MetaGraphDef and GraphDef look like from outside. */
import { shapeOf } from '../../bytes/protobuf.ts';

type Shape = NonNullable<ReturnType<typeof shapeOf>>;

/** Whether the fields of a message are of these numbers and wire types only. */
function only(shape: Shape, wires: Readonly<Record<number, number>>): boolean {
  return shape.every(({ number, wire }) => wires[number] === wire);
}

function inner(head: Uint8Array, shape: Shape, number: number): Shape | undefined {
  const field = shape.find((one) => one.number === number && one.wire === 2);
  return field === undefined ? undefined : shapeOf(head.subarray(field.at, field.at + field.length));
}

const META_GRAPH = { 1: 2, 2: 2, 3: 2, 4: 2, 5: 2, 6: 2, 7: 2 };

export function looksLikeSavedModel(head: Uint8Array): boolean {
  const shape = shapeOf(head);
  if (shape === undefined || !only(shape, { 1: 0, 2: 2 })) return false;
  const version = shape.find(({ number }) => number === 1);
  const meta = shape.find(({ number }) => number === 2);
  const graph = inner(head, shape, 2);
  if (meta === undefined || graph === undefined || !only(graph, META_GRAPH)) return false;
  const body = graph.find(({ number }) => number === 2);
  if (version === undefined || body === undefined) {
    // Information about operations may fill the head, so that the graph lies behind it.
    if (version !== undefined)
      return head.length >= 32_768 && graph[0]?.number === 1 && graph[0].length >= 16_384;
    const at = meta.at + (body?.at ?? 0);
    return body !== undefined && looksLikeGraph(head.subarray(at, at + body.length));
  }
  return version.length <= 16;
}

export function looksLikeGraph(head: Uint8Array): boolean {
  const shape = shapeOf(head);
  if (shape === undefined || !only(shape, { 1: 2, 2: 2, 3: 0, 4: 2, 5: 2 })) return false;
  if (shape[0]?.number !== 1) return false;
  const node = inner(head, shape, 1);
  if (node === undefined || !only(node, { 1: 2, 2: 2, 3: 2, 4: 2, 5: 2, 6: 2, 7: 2 })) return false;
  const operation = node.find(({ number }) => number === 2);
  return (
    operation !== undefined &&
    node[0]?.number === 1 &&
    isOperation(head, shape[0].at + operation.at, operation.length)
  );
}

function isOperation(head: Uint8Array, at: number, length: number): boolean {
  if (length === 0 || length > 200 || at + length > head.length) return false;
  return /^[A-Z_][A-Za-z0-9_>.:]*$/.test(new TextDecoder('latin1').decode(head.subarray(at, at + length)));
}

/** A checkpoint's `.meta`: one MetaGraphDef. */
export function looksLikeMetaGraph(head: Uint8Array): boolean {
  const shape = shapeOf(head);
  if (shape === undefined || !only(shape, META_GRAPH) || shape[0]?.number !== 1) return false;
  const graph = inner(head, shape, 2);
  return (
    graph !== undefined &&
    graph[0]?.number === 1 &&
    graph[0].wire === 2 &&
    only(graph, { 1: 2, 2: 2, 3: 0, 4: 2, 5: 2 })
  );
}

/** `keras_metadata.pb`: rows of SavedObject with a version, a number, a path, an identifier and JSON. */
export function looksLikeKerasMetadata(head: Uint8Array): boolean {
  const shape = shapeOf(head);
  if (shape === undefined || !only(shape, { 1: 2 })) return false;
  const row = inner(head, shape, 1);
  if (row === undefined || !only(row, { 1: 2, 2: 0, 3: 2, 4: 2, 5: 2 })) return false;
  const identifier = row.find(({ number }) => number === 4);
  const at = (shape[0]?.at ?? 0) + (identifier?.at ?? 0);
  return identifier !== undefined && new TextDecoder('latin1').decode(head.subarray(at, at + 4)) === '_tf_';
}
