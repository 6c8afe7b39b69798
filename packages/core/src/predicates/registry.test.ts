import { describe, expect, it } from 'vitest';
import { imitatesOwnProducer, isOwnProducer } from './registry.ts';

describe('names of Custos as producer', () => {
  it.each(['custos', 'custos-attest', 'custos-trust'])('%j is one', (name) => {
    expect(isOwnProducer(name)).toBe(true);
    expect(imitatesOwnProducer(name)).toBe(false);
  });

  it.each([
    'Custos',
    'CUSTOS ',
    ' custos',
    '\u00a0custos\t',
    'cus\u200btos',
    '\u3164custos',
    'ｃｕｓｔｏｓ',
    'сustos',
    'cuѕtos',
    'custοs',
    'cust0s',
    'cústos',
    'Custos-Attest',
    'custos attest',
    'custos_scan',
    'custos‐attest',
    'custos-attest ',
    'custos-probe',
  ])('%j is taken for one, and is none', (name) => {
    expect(isOwnProducer(name)).toBe(true);
    expect(imitatesOwnProducer(name)).toBe(true);
  });

  it.each(['pytest', 'custosmith', 'my-custos', 'Москва', 'κόστος', ''])('%j is another', (name) => {
    expect(isOwnProducer(name)).toBe(false);
    expect(imitatesOwnProducer(name)).toBe(false);
  });
});
