import { expect, test } from 'vitest';
import { parseModelCard } from './model-card.ts';

test('a section that is a placeholder says nothing; one under two names is both', () => {
  const card = parseModelCard(`# Thing
Does things.
## Intended uses & limitations
Only for tests.
## Training data
[More Information Needed]
## Evaluation
\`\`\`
# not a heading
\`\`\`
`);
  expect(card).toMatchObject({
    description: 'Does things.',
    uses: 'Only for tests.',
    limitations: 'Only for tests.',
    readable: true,
  });
  expect(card.training).toBeUndefined();
  expect(card.evaluation).toContain('# not a heading');
});

test.each([
  ['no YAML', '---\nlicense: [mit\n---\n# A'],
  ['a list', '---\n- a\n---\n# A'],
  ['a key twice', '---\nlicense: mit\nlicense: gpl\n---\n# A'],
  [
    'too many aliases',
    `---\na: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c]\n---\n# A`,
  ],
])('front matter that is %s is said to be unreadable, and the text still counts', (_, source) => {
  expect(parseModelCard(`${source}\nA model.`)).toMatchObject({
    readable: false,
    licences: [],
    description: 'A model.',
  });
});

test('front matter of the wrong types gives nothing, and no prototype is touched', () => {
  const card = parseModelCard(
    '---\nlicense: {a: 1}\ntags: 7\nmodel-index: [1, {results: {}}]\n__proto__: {x: 1}\n---\n',
  );
  expect(card).toMatchObject({ licences: [], tags: [], metrics: [] });
  expect(Object.hasOwn(Object.prototype, 'x')).toBe(false);
});
