import { describe, expect, it } from 'vitest';
import { packageCount } from '../../data/packages.ts';
import { rules, scanFiles, unknowns } from '../../testing/tree.ts';

async function versions(files: Record<string, string>): Promise<Record<string, string>> {
  const result = await scanFiles(files);
  return Object.fromEntries(
    result.assets.filter((one) => one.origin === 'external').map((one) => [one.name, one.version ?? '?']),
  );
}

describe('AI dependencies', () => {
  it.each([
    ['package.json', '{"dependencies":{"openai":"^4.0.0","react":"18.0.0"}}', { 'npm/openai': '?' }],
    [
      'package-lock.json',
      '{"packages":{"":{},"node_modules/openai":{"version":"4.1.0"},"node_modules/x":{"version":"1.0.0"}}}',
      { 'npm/openai': '4.1.0' },
    ],
    [
      'pnpm-lock.yaml',
      "packages:\n\n  '@langchain/core@0.3.1':\n    resolution: {}\n  react@18.0.0:\n",
      { 'npm/@langchain/core': '0.3.1' },
    ],
    [
      'yarn.lock',
      '"@anthropic-ai/sdk@^0.9.0":\n  version "0.9.1"\n\nreact@^18:\n  version "18.0.0"\n',
      { 'npm/@anthropic-ai/sdk': '0.9.1' },
    ],
    [
      'requirements-dev.txt',
      '# openai\ntorch==2.1.0\nflask>=2\nsentence_transformers[all]>=2 ; python_version>"3"\n',
      { 'pypi/torch': '2.1.0', 'pypi/sentence-transformers': '?' },
    ],
    [
      'pyproject.toml',
      '[project]\ndependencies=["openai>=1","rich"]\n[tool.poetry.dependencies]\ntransformers = {version="4.40.0"}\n',
      { 'pypi/openai': '?', 'pypi/transformers': '4.40.0' },
    ],
    ['Pipfile', '[packages]\nlangchain = "*"\n', { 'pypi/langchain': '?' }],
    ['Pipfile.lock', '{"default":{"langchain":{"version":"==0.1.0"}}}', { 'pypi/langchain': '0.1.0' }],
    [
      'poetry.lock',
      '[[package]]\nname = "torch"\nversion = "2.2.0"\n[package.dependencies]\nname = "no"\n',
      { 'pypi/torch': '2.2.0' },
    ],
    ['uv.lock', '[[package]]\nname = "vllm"\nversion = "0.6.0"\n', { 'pypi/vllm': '0.6.0' }],
    ['setup.cfg', '[options]\ninstall_requires =\n    keras>=3\n    requests\n', { 'pypi/keras': '?' }],
    ['setup.py', 'setup(install_requires=["torch==2.0.1", "six"])', { 'pypi/torch': '2.0.1' }],
    [
      'environment.yml',
      'dependencies:\n  - python=3.10\n  - conda-forge::scikit-learn=1.4.0\n  - pip:\n    - openai==1.2.3\n',
      { 'pypi/scikit-learn': '1.4.0', 'pypi/openai': '1.2.3' },
    ],
  ])('%s', async (name, text, expected) => {
    expect(await versions({ [name]: text })).toEqual(expected);
  });

  it('an open range is a finding, unless a lock file fixes it', async () => {
    const manifest = '{\n"dependencies":{\n"openai":"^4.0.0"}}';
    const lock = '{"packages":{"node_modules/openai":{"version":"4.1.0"}}}';
    expect(rules(await scanFiles({ 'package.json': manifest }))).toEqual([
      'dependencies/unpinned-ai-dependency package.json:3',
    ]);
    expect(rules(await scanFiles({ 'package.json': manifest, 'package-lock.json': lock }))).toEqual([]);
  });

  it('broken manifests are unknowns', async () => {
    const result = await scanFiles({
      'package.json': '{"dependencies":',
      'pyproject.toml': '= =',
      'environment.yml': 'a: [',
    });
    expect(unknowns(result)).toContain('malformed package.json');
    expect(unknowns(result)).toContain('malformed pyproject.toml');
    expect(unknowns(result)).toContain('malformed environment.yml');
  });

  it('knows at least 250 packages', () => {
    expect(packageCount()).toBeGreaterThanOrEqual(250);
  });
});
