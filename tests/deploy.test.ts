/**
 * The container files, as far as they can be checked without a container engine: their form, that every variable that they set
 * is one that Custos reads, and that no secret lies in them.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const read = (name: string): string => readFileSync(new URL(`../deploy/${name}`, import.meta.url), 'utf8');
const Service = z.looseObject({
  image: z.string().optional(),
  build: z.strictObject({ context: z.string(), dockerfile: z.string() }).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  depends_on: z.record(z.string(), z.strictObject({ condition: z.literal('service_healthy') })).default({}),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
});
const Compose = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), Service),
  volumes: z.record(z.string(), z.object({})),
});
const compose = Compose.parse(parse(read('compose.yaml')));
const environment = readFileSync(new URL('../packages/cli/src/environment.ts', import.meta.url), 'utf8');
const isKnown = (name: string): boolean => new RegExp(`^  ${name}: z\\.`, 'm').test(environment);

describe('compose.yaml', () => {
  test('what a service waits for says when it is healthy', () => {
    for (const [name, { depends_on }] of Object.entries(compose.services))
      for (const needed of Object.keys(depends_on))
        expect(compose.services[needed]?.healthcheck, `${name} waits for ${needed}`).toBeDefined();
  });
  test('every named volume is declared', () => {
    const used = Object.values(compose.services).flatMap(({ volumes }) =>
      volumes.map((one) => one.split(':')[0]),
    );
    expect([...new Set(used)].sort()).toEqual(Object.keys(compose.volumes).sort());
  });
  test('Custos reads each variable that it is given', () => {
    const names = Object.keys(compose.services.custos?.environment ?? {});
    expect(names.length).toBeGreaterThan(3);
    expect(names.filter((name) => !isKnown(name))).toEqual([]);
    expect(isKnown('CUSTOS_NO_SUCH')).toBe(false);
  });
  test('secrets come from outside, and must', () => {
    for (const { environment: set } of Object.values(compose.services))
      for (const [name, value] of Object.entries(set))
        if (/SECRET|PASSWORD/.test(name)) expect(value).toMatch(/^\$\{\w+:\?/);
  });
});

describe('Containerfile', () => {
  const lines = read('Containerfile').split('\n');
  test('runs as nobody special, what the build makes', () => {
    expect(lines).toContain('USER node');
    expect(lines.at(-2)).toBe('CMD ["node", "packages/cli/dist/custos.mjs", "up"]');
    expect(read('Containerfile')).not.toMatch(/:latest/);
  });
  test('Custos reads each variable that it sets', () => {
    const names = [...read('Containerfile').matchAll(/\b(CUSTOS_\w+)=/g)].map(([, name = '']) => name);
    expect(names.filter((name) => !isKnown(name))).toEqual([]);
  });
});
