/** Findings of the scan as annotations of what they are about. */
import type { JsonObject } from '../json/json.ts';
import type { BomInput } from './input.ts';

/** @param known ids of the assets in the bill */
export function annotationsOf(input: BomInput, known: ReadonlySet<string>): JsonObject[] {
  const annotator = {
    component: { type: 'application', name: input.tool.name, version: input.tool.version },
  };
  const texts = new Map<string, { subject: string; text: string }>();
  for (const { asset, rule, severity, message, location } of input.findings) {
    if (asset === undefined || !known.has(asset)) continue;
    const place = location.line === undefined ? location.path : `${location.path}:${location.line}`;
    const text = `${rule} (${severity}) at ${place}: ${message}`;
    texts.set(`${asset}\n${text}`, { subject: asset, text });
  }
  return [...texts.values()].map(({ subject, text }) => ({
    subjects: [subject],
    annotator,
    timestamp: input.timestamp,
    text,
  }));
}
