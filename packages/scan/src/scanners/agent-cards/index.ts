/** A2A agent cards: what an agent says of itself at `/.well-known/agent-card.json` (A2A specification, AgentCard). */
import { ResultBuilder } from '../../builder.ts';
import { asList, asTable, asText, LineFinder, parseJson, type Table } from '../../data-file.ts';
import { isTestPath, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

/** Cards are short; longer files are something else. Bytes. */
const MAX_SIZE = 512 * 1024;

export const agentCards: Scanner = {
  name: 'agent-cards',
  wants: (path) => path.endsWith('.json') && (/agent/i.test(nameOf(path)) || path.includes('.well-known/')),
  prefilter: (text) =>
    text.length <= MAX_SIZE && text.includes('"name"') && /"(?:skills|supportedInterfaces)"/.test(text),
  scan(file) {
    if (file.text === undefined || isTestPath(file.path)) return emptyResult();
    const out = new ResultBuilder('agent-cards', file.path);
    let card: Table;
    try {
      card = asTable(parseJson(file.text));
    } catch {
      out.unknown('malformed', 'Agent card is not valid JSON.');
      return out.result;
    }
    const name = asText(card.name);
    const places = urlsOf(card);
    if (
      name === undefined ||
      !Array.isArray(card.skills) ||
      (places.length === 0 && card.capabilities === undefined)
    )
      return emptyResult();
    const lines = new LineFinder(file.text);
    const version = asText(card.version);
    const protocol = asText(card.protocolVersion);
    const organisation = asText(asTable(card.provider).organization);
    const agent = out.asset(
      {
        kind: 'agent',
        name,
        ...(version === undefined ? {} : { version }),
        ...(file.digest === undefined ? {} : { digest: file.digest }),
        properties: {
          type: 'a2a-card',
          skills: asList(card.skills).length,
          ...(protocol === undefined ? {} : { protocol }),
          ...(organisation === undefined ? {} : { organisation }),
        },
        line: lines.line(name),
      },
      'depends_on',
    );
    for (const url of places) serve(url, agent, lines.line(url), out);
    if (
      places.length > 0 &&
      card.securitySchemes === undefined &&
      card.security === undefined &&
      card.authentication === undefined
    )
      out.finding(
        'agent-without-authentication',
        'medium',
        0.6,
        `The card of agent "${name}" names no authentication; whoever reaches it may use it.`,
        1,
        agent,
      );
    return out.result;
  },
};

function urlsOf(card: Table): string[] {
  const interfaces = [...asList(card.supportedInterfaces), ...asList(card.additionalInterfaces)];
  const all = [asText(card.url), ...interfaces.map((one) => asText(asTable(one).url))];
  return [
    ...new Set(
      all.flatMap((one) => (one !== undefined && /^https?:\/\/[\w.[\]:-]+/i.test(one) ? [one] : [])),
    ),
  ];
}

function serve(url: string, agent: string, line: number, out: ResultBuilder): void {
  const match = /^(https?):\/\/(?:[^/@]*@)?([\w.-]+|\[[0-9a-f:]+\])(?::(\d+))?/i.exec(url);
  if (match?.[2] === undefined) return;
  const name = match[3] === undefined ? match[2] : `${match[2]}:${match[3]}`;
  const id = out.asset({
    kind: 'endpoint',
    name,
    properties: { scheme: (match[1] ?? '').toLowerCase(), role: 'agent' },
    line,
  });
  out.edge(agent, id, 'serves');
}
