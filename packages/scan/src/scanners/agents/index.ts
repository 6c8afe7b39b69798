/** MCP server configurations, agent definitions, rules and skills that steer coding or other agents. */
import { z } from 'zod';
import { ResultBuilder } from '../../builder.ts';
import { lineAt, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner, type SourceFile } from '../../types.ts';

const MCP_FILE =
  /(?:^|\/)(?:\.?mcp(?:[-_.]?(?:config|servers|settings))?|claude_desktop_config|mcp_settings|cline_mcp_settings)\.json$/;
const RULES =
  /(?:^|\/)(?:AGENTS?\.md|CLAUDE(?:\.local)?\.md|GEMINI\.md|\.cursorrules|\.windsurfrules|\.clinerules|\.goosehints|\.github\/copilot-instructions\.md|\.github\/instructions\/[^/]+\.md|\.cursor\/rules\/[^/]+\.mdc|\.junie\/guidelines\.md)$/;
const AGENT = /(?:^|\/)\.(?:claude|codex|opencode)\/agents\/.+\.md$|\.agent\.md$|(?:^|\/)agent-card\.json$/;
const SKILL = /(?:^|\/)SKILL\.md$|(?:^|\/)\.claude\/commands\/.+\.md$/;

const Server = z.looseObject({
  command: z.string().optional(),
  args: z.array(z.unknown()).optional(),
  url: z.string().optional(),
  serverUrl: z.string().optional(),
});
const Servers = z.record(z.string(), Server);
const McpFile = z.looseObject({ mcpServers: Servers.optional(), servers: Servers.optional() });

export const agents: Scanner = {
  name: 'agents',
  wants: (path) => MCP_FILE.test(path) || RULES.test(path) || AGENT.test(path) || SKILL.test(path),
  scan(file) {
    if (file.text === undefined || file.digest === undefined) return emptyResult();
    const out = new ResultBuilder('agents', file.path);
    if (MCP_FILE.test(file.path)) mcpServers(file, file.text, out);
    else if (SKILL.test(file.path)) {
      const name =
        /^---[\s\S]{0,2000}?\nname:\s*["']?([\w .-]{1,80})/.exec(file.text)?.[1]?.trim() ?? nameOf(file.path);
      out.asset(
        {
          kind: 'tool',
          name: `skill/${name}`,
          origin: 'own',
          digest: file.digest,
          properties: { type: 'skill' },
          line: 1,
        },
        'depends_on',
      );
    } else {
      const type = AGENT.test(file.path) ? 'definition' : 'rules';
      out.asset(
        { kind: 'agent', name: file.path, origin: 'own', digest: file.digest, properties: { type }, line: 1 },
        'depends_on',
      );
    }
    return out.result;
  },
};

function mcpServers(_file: SourceFile, text: string, out: ResultBuilder): void {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    out.unknown('malformed', 'MCP configuration is not valid JSON.');
    return;
  }
  const parsed = McpFile.safeParse(content);
  if (!parsed.success) {
    out.unknown(
      'malformed',
      `MCP configuration has an unexpected form: ${parsed.error.issues[0]?.message ?? ''}`,
    );
    return;
  }
  for (const [name, server] of Object.entries(parsed.data.mcpServers ?? parsed.data.servers ?? {})) {
    const at = text.indexOf(`"${name}"`);
    const line = at < 0 ? 1 : lineAt(text, at);
    const url = server.url ?? server.serverUrl;
    const source = packageOf(server.command ?? '', server.args ?? []);
    const id = out.asset(
      {
        kind: 'tool',
        name: `mcp/${name}`,
        ...(source?.version === undefined ? {} : { version: source.version }),
        origin: source !== undefined || url !== undefined ? 'external' : 'own',
        properties: {
          type: 'mcp',
          ...(url === undefined ? {} : { url: url.split('?')[0] ?? '' }),
          ...(source === undefined ? {} : { package: source.name, floating: source.version === undefined }),
        },
        line,
      },
      'calls',
    );
    if (source !== undefined && source.version === undefined) {
      out.finding(
        'unpinned-mcp-server',
        'medium',
        0.9,
        `MCP server "${name}" runs whatever version of ${source.name} is newest; pin it.`,
        line,
        id,
      );
    }
    if (url !== undefined && /^http:\/\/(?!localhost|127\.|\[::1\])/.test(url)) {
      out.finding(
        'plain-http-endpoint',
        'medium',
        0.9,
        `MCP server "${name}" is reached without encryption; use https.`,
        line,
        id,
      );
    }
  }
}

/** `npx -y @scope/pkg@1.2.3` or `uvx pkg==1.2`: what is fetched when the server starts. */
function packageOf(
  command: string,
  args: readonly unknown[],
): { name: string; version?: string } | undefined {
  if (!/(?:^|[\\/])(?:npx|bunx|pnpx|uvx|pipx)(?:\.cmd)?$/.test(command)) return undefined;
  const word = args.find(
    (one): one is string => typeof one === 'string' && !one.startsWith('-') && one !== 'run',
  );
  const match = /^((?:@[\w.-]+\/)?[\w.-]+?)(?:@|==)?((?<=@|==)[\w.+-]+)?$/.exec(word ?? '');
  if (match?.[1] === undefined) return undefined;
  const version = match[2];
  return version === undefined || version === 'latest' ? { name: match[1] } : { name: match[1], version };
}
