/** ONNX has no magic: what its outermost message looks like. */
import { shapeOf } from '../../bytes/protobuf.ts';

/** Fields of ModelProto by wire type. */
const NUMBERS = new Set([1, 5]);
const MESSAGES = new Set([2, 3, 4, 6, 7, 8, 14, 20, 25, 26]);

export function looksLikeOnnx(head: Uint8Array): boolean {
  const shape = shapeOf(head);
  if (shape === undefined) return false;
  let version = false;
  let content = false;
  for (const { number, wire, length } of shape) {
    if (wire === 0 ? !NUMBERS.has(number) : wire !== 2 || !MESSAGES.has(number)) return false;
    if (number === 1) version = length >= 1 && length <= 255;
    // The graph, or the operator sets that it is written against.
    if (number === 7 || number === 8) content = true;
  }
  return version && content;
}
