import { describe, expect, it } from 'vitest';
import { blankComments, callsOf, stringArgument } from '../../source-calls.ts';
import { names, scanFiles } from '../../testing/tree.ts';

describe('agents in programs', () => {
  it.each([
    [
      'a.py',
      'from swarm import Agent\ntriage = Agent(\n  name="Triage Agent",\n  instructions="x",\n)\n',
      ['Triage Agent'],
    ],
    [
      'a.py',
      'from crewai import Agent\nx = Agent(role="Senior Researcher", goal="g")\n',
      ['Senior Researcher'],
    ],
    ['a.py', 'from pydantic_ai import Agent\nweather_agent = Agent("openai:gpt-4o")\n', ['weather_agent']],
    [
      'a.ts',
      'import { Agent } from "@openai/agents";\nconst a = new Agent({ name: "Helper" });\n',
      ['Helper'],
    ],
    ['a.py', 'from estate import Agent\nx = Agent(name="Broker")\n', []],
    [
      'a.py',
      'from swarm import Agent\n# Agent(name="Old")\n"""\nAgent(name="Doc")\n"""\nclass Agent(Base): ...\n',
      [],
    ],
    ['tests/a.py', 'from swarm import Agent\nx = Agent(name="T")\n', []],
  ])('%s %s', async (path, text, expected) => {
    expect(names(await scanFiles({ [path]: text }), 'agent')).toEqual(expected);
  });

  it('an A2A card in code serves its endpoint', async () => {
    const result = await scanFiles({
      'a.py':
        'card = AgentCard(name="Currency Agent", url="http://localhost:10000/", version="1.0.0", skills=[])\n',
    });
    expect(names(result, 'agent')).toEqual(['Currency Agent']);
    expect(result.edges).toContainEqual({
      from: 'agent:Currency Agent',
      to: 'endpoint:localhost:10000',
      kind: 'serves',
    });
  });
});

describe('MCP in programs', () => {
  it('servers that are offered, started and reached', async () => {
    const result = await scanFiles({
      'server.py': 'from mcp.server.fastmcp import FastMCP\nmcp = FastMCP("Weather")\n',
      'server.ts':
        'import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";\nconst s = new McpServer({ name: "files", version: "1" });\n',
      'client.py':
        'from mcp import StdioServerParameters\np = StdioServerParameters(command="uvx", args=["mcp-server-git"])\nc = MultiServerMCPClient({\n  "math": {"command": "python", "args": ["math.py"]},\n  "web": {"url": "https://mcp.acme.io/mcp", "transport": "streamable_http"},\n})\n',
      'client.ts': 'const t = new StreamableHTTPClientTransport(new URL("https://x.acme.io/mcp"));\n',
      'computed.py': 'p = StdioServerParameters(command=cmd, args=args)\n',
    });
    expect(names(result, 'tool')).toEqual([
      'mcp/Weather',
      'mcp/files',
      'mcp/math',
      'mcp/mcp-server-git',
      'mcp/web',
      'mcp/x.acme.io',
    ]);
    expect(result.assets.find((one) => one.name === 'mcp/web')?.locations).toEqual([
      { path: 'client.py', line: 5 },
    ]);
  });
});

describe('agents in notebooks', () => {
  it('stand at the lines of the file', async () => {
    const cells = [
      { cell_type: 'markdown', source: ['# mcp'] },
      {
        cell_type: 'code',
        source: [
          'import mcp\n',
          'brave = {\n',
          '  "type": "stdio", "command": "npx", "args": ["-y", "brave"]\n',
          '}',
        ],
      },
    ];
    const text = JSON.stringify({ cells, metadata: {}, nbformat: 4 }, null, 1);
    const result = await scanFiles({ 'a.ipynb': text });
    expect(names(result, 'tool')).toEqual(['mcp/brave']);
    const line = text.split('\n').findIndex((one) => one.includes('brave = {')) + 1;
    expect(result.assets.find((one) => one.kind === 'tool')?.locations).toEqual([{ path: 'a.ipynb', line }]);
  });
});

describe('servers in plain objects', () => {
  it.each([
    [
      'a.py',
      'options = Options(mcp_servers={\n  "puppeteer": {"command": "npx", "args": ["puppeteer-mcp@1.0.0"]},\n})\n',
      ['mcp/puppeteer'],
    ],
    [
      'a.ts',
      'const mcpServers = {\n  files: { type: "stdio", command: "uvx", args: ["files"] },\n};\n',
      ['mcp/files'],
    ],
    ['a.py', 'build = {"command": "npx", "args": ["tsc"]}\n', []],
  ])('%s %#', async (path, text, expected) => {
    expect(names(await scanFiles({ [path]: text }), 'tool')).toEqual(expected);
  });
});

describe('reading calls', () => {
  it('keeps strings with comment signs, and lines', () => {
    expect(blankComments('x = "http://a" // c\n/* d\n */ y', false)).toBe('x = "http://a"     \n    \n    y');
    expect(blankComments('x = "#a" # c\n', true)).toBe('x = "#a"    \n');
  });

  it('ends at unbalanced brackets and very long bodies', () => {
    expect(callsOf(`Agent(${'('.repeat(100_000)}`, 'Agent')[0]?.body.length).toBe(4_000);
    expect(callsOf('Agent("', 'Agent')[0]?.body).toBe('"');
    expect(stringArgument('name="a" + b', 'name')).toBe('a');
    expect(stringArgument('name=b', 'name')).toBeUndefined();
  });
});
