import { describe, expect, it } from 'vitest';
import { names, rules, scanFiles, unknowns } from '../../testing/tree.ts';
import { launchedPackage, readServer } from './server-entry.ts';

const ENTRY = '{"command":"npx","args":["-y","@acme/files@1.2.3"]}';

describe('clients', () => {
  it.each([
    ['.mcp.json', `{"mcpServers":{"a":${ENTRY}}}`],
    ['.cursor/mcp.json', `{"mcpServers":{"a":${ENTRY}}}`],
    ['.vscode/mcp.json', `{"servers":{"a":${ENTRY}}, // later\n}`],
    ['.vscode/settings.json', `{"mcp":{"servers":{"a":${ENTRY}}}}`],
    ['claude_desktop_config.json', `{"mcpServers":{"a":${ENTRY}}}`],
    ['.gemini/settings.json', `{"theme":"x","mcpServers":{"a":${ENTRY}}}`],
    ['cline_mcp_settings.json', `{"mcpServers":{"a":${ENTRY}}}`],
    [
      '.zed/settings.json',
      `{"context_servers":{"a":{"command":{"path":"npx","args":["@acme/files@1.2.3"]}}}}`,
    ],
    ['opencode.json', '{"mcp":{"a":{"type":"local","command":["npx","-y","@acme/files@1.2.3"]}}}'],
    ['.codex/config.toml', '[mcp_servers.a]\ncommand = "npx"\nargs = ["@acme/files@1.2.3"]\n'],
    [
      '.continue/config.yaml',
      'mcpServers:\n  - name: a\n    command: npx\n    args: ["@acme/files@1.2.3"]\n',
    ],
    [
      'goose.yaml',
      'extensions:\n  a:\n    type: stdio\n    cmd: npx\n    args: ["@acme/files@1.2.3"]\nmcp: {}\nx: type: 1\n'.replace(
        'x: type: 1\n',
        '',
      ),
    ],
    [
      'mcp_agent.config.yaml',
      'mcp:\n  servers:\n    a:\n      command: npx\n      args: ["@acme/files@1.2.3"]\n',
    ],
    ['.amp/settings.json', `{"amp.mcpServers":{"a":${ENTRY}}}`],
  ])('%s', async (path, text) => {
    const result = await scanFiles({ [path]: text });
    const found = result.assets.filter((one) => one.kind === 'tool');
    expect(found.map((one) => [one.id, one.version, one.properties?.transport])).toEqual([
      ['tool:mcp/a', '1.2.3', 'stdio'],
    ]);
    expect(found[0]?.origin).toBe('external');
  });

  it('remote servers lose credentials, and plain http is a finding', async () => {
    const result = await scanFiles({
      'mcp.json':
        '{"mcpServers":{"a":{"url":"http://u:pw@mcp.acme.io/sse?token=s3cret"},"b":{"type":"http","url":"https://b.acme.io/mcp"},"c":{"httpUrl":"http://localhost:9/mcp"}}}',
    });
    expect(
      result.assets
        .filter((one) => one.kind === 'tool')
        .map((one) => [one.name, one.properties?.transport, one.properties?.url, one.origin]),
    ).toEqual([
      ['mcp/a', 'sse', 'http://mcp.acme.io/sse', 'external'],
      ['mcp/b', 'http', 'https://b.acme.io/mcp', 'external'],
      ['mcp/c', 'http', 'http://localhost:9/mcp', 'own'],
    ]);
    expect(rules(result)).toEqual(['mcp/plain-http-endpoint mcp.json:1']);
    expect(JSON.stringify(result)).not.toMatch(/s3cret|pw@/);
  });

  it('the gateway of Docker is told its servers by an option', async () => {
    const result = await scanFiles({
      'compose.yaml':
        'services:\n  g:\n    image: docker/mcp-gateway:v1\n    command:\n      - --transport=sse\n      - --servers=duckduckgo,github-official\n',
    });
    expect(names(result, 'tool')).toEqual(['mcp/duckduckgo', 'mcp/github-official']);
  });

  it.each([
    ['tests/fixtures/mcp.json', `{"mcpServers":{"a":${ENTRY}}}`],
    ['docs.json', '{"text":"mcpServers"}'],
    ['compose.yml', 'services:\n  a:\n    image: nginx:1\nservers: {}\n'],
    ['openapi.yaml', 'servers:\n  - url: https://mcp.acme.io\ninfo: {title: mcp}\n'],
  ])('nothing in %s', async (path, text) => {
    expect(names(await scanFiles({ [path]: text }), 'tool')).toEqual([]);
  });

  it('are found wherever they stand, and what is nested too deeply is an unknown', async () => {
    const nested = (depth: number): string =>
      `${'{"a":'.repeat(depth)}{"mcpServers":{"a":${ENTRY}}}${'}'.repeat(depth)}`;
    const result = await scanFiles({ 'a.json': nested(20), 'b.json': nested(100) });
    expect(result.assets.find((one) => one.id === 'tool:mcp/a')?.locations).toEqual([
      { path: 'a.json', line: 1 },
    ]);
    expect(unknowns(result)).toContain('too-deep b.json');
  });

  it('files of another form are unknowns', async () => {
    const found = await scanFiles({
      'mcp.json': '{"mcpServers": 3}',
      'b/.mcp.json': '{"mcpServers": ',
      'c/mcp.json': '[]',
    });
    expect(unknowns(found)).toEqual(
      expect.arrayContaining(['malformed b/.mcp.json', 'malformed c/mcp.json', 'malformed mcp.json']),
    );
  });
});

describe('what a command fetches', () => {
  it.each([
    [['npx', '-y', '@a/b'], 'npm @a/b undefined'],
    [['npx.cmd', '--package', '@a/b@2.0.0', 'b'], 'npm @a/b 2.0.0'],
    [['npx', 'b@latest'], 'npm b undefined'],
    [['npx', 'b@^1.2.0'], 'npm b undefined'],
    [['cmd', '/c', 'npx', '-y', 'b@1.0.0'], 'npm b 1.0.0'],
    [['/usr/bin/uvx', 'mcp-server-git==0.6.2'], 'pypi mcp-server-git 0.6.2'],
    [['uvx', '--from', 'pkg@1.0', 'tool'], 'pypi pkg 1.0'],
    [['uvx', '--from', 'git+https://x.io/r@main', 'r'], 'git https://x.io/r undefined'],
    [['docker', 'run', '-i', '--rm', '-e', 'TOKEN', 'mcp/github:1.4'], 'docker mcp/github 1.4'],
    [['docker', 'run', 'reg.io:5000/mcp'], 'docker reg.io:5000/mcp undefined'],
    [['node', 'server.js'], 'none'],
  ])('%j', ([command = '', ...args], expected) => {
    const found = launchedPackage(command, args);
    expect(found === undefined ? 'none' : `${found.ecosystem} ${found.name} ${found.version}`).toBe(expected);
  });

  it('entries that say nothing are none', () => {
    for (const value of [null, 3, 'x', [], {}, { command: 3 }, { args: ['x'] }])
      expect(readServer('a', value)).toBeUndefined();
  });
});
