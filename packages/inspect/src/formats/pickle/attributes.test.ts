/** What can be reached from an admitted class by attributes, and pickles behind a long line. */
import { expect, test } from 'vitest';
import { inspectBytes } from '../../testing/inspected.ts';
import { PickleWriter } from '../../testing/pickle.ts';

const text = (content: string) => new PickleWriter().text(content).done();
const PATH = '(cpathlib\nPosixPath\n(tR';
const attribute = (object: string, name: string) => `cbuiltins\ngetattr\n${object}S'${name}'\ntR`;
const OS = attribute(`(${attribute(PATH, '_flavour')}`, 'os');

test.each<[string, string, string[]]>([
  ['an attribute of an object', `${attribute(PATH, '_flavour')}.`, ['suspicious', 'unsafe']],
  ['an attribute of an attribute', `${OS}.`, ['suspicious', 'unsafe']],
  ['a module that is changed', `${OS}(dS'x'\nS'y'\nsb.`, ['unsafe']],
  ['a call behind a long line', `S'${'a'.repeat(70_000)}'\n0cos\nsystem\n(S'id'\ntR.`, ['unsafe']],
])('%s is never clean', (_name, content, verdicts) => {
  expect(verdicts).toContain(inspectBytes(text(content)).verdict);
});
