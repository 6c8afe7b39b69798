import { describe, expect, it } from 'vitest';
import { names, scanFiles, unknowns } from './testing/tree.ts';

const utf16 = (text: string, big = false): Buffer => {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return big ? bytes.swap16() : bytes;
};

describe('text as other systems write it', () => {
  it('UTF-16 with its mark is read; without it, and UTF-32, it is an unknown', async () => {
    const result = await scanFiles({
      'requirements.txt': utf16('openai==1.0\r\nanthropic==1.0\r\n'),
      'a.yaml': utf16('# \u00e9\nmodel: gpt-4o\n', true),
      'c.py': utf16('import torch\n').subarray(2),
      'd.yaml': Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from('m\0\0\0')]),
      'e.yaml': utf16('model: gpt-4o').subarray(0, -1),
      'f.yaml': Buffer.concat([utf16('model: '), Buffer.from([0, 0xd8, 0x61, 0])]),
    });
    expect(names(result, 'component')).toEqual(['own/.', 'pypi/anthropic', 'pypi/openai']);
    expect(result.assets.find((one) => one.id === 'component:pypi/anthropic')?.locations).toEqual([
      { path: 'requirements.txt', line: 2 },
    ]);
    expect(names(result, 'model')).toEqual(['gpt-4o']);
    expect(unknowns(result)).toEqual([
      'binary c.py',
      'binary d.yaml',
      'invalid-utf16 e.yaml',
      'invalid-utf16 f.yaml',
    ]);
  });

  it('secrets in UTF-16 are found on their line', async () => {
    const result = await scanFiles({
      'a.ps1': utf16(`# x\r\n$k = "sk-ant-${'q7Rt2Zk9Lm4Xw8Vb3Nc6'.repeat(2)}"\r\n`),
    });
    expect(result.findings.map((one) => [one.rule, one.location.line])).toEqual([
      ['secrets/hard-coded-secret', 2],
    ]);
  });

  it('lines may end in CR alone', async () => {
    const result = await scanFiles({
      'requirements.txt': 'x==1\ropenai==1.0\r',
      'a.env': 'X=1\rOPENAI_MODEL=gpt-4o\r',
      'a.yaml': 'a: 1\rmodel: gpt-4.1\r',
      'a.py': `import os\rkey = "sk-ant-${'q7Rt2Zk9Lm4Xw8Vb3Nc6'.repeat(2)}"\r`,
    });
    expect(names(result, 'model')).toEqual(['gpt-4.1', 'gpt-4o']);
    expect(names(result, 'component')).toContain('pypi/openai');
    expect(
      result.findings.filter((one) => one.rule.startsWith('secrets/')).map((one) => one.location.line),
    ).toEqual([2]);
    expect(unknowns(result)).toEqual([]);
  });
});
