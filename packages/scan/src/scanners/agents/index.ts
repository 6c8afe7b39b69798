/** Agent definitions, rules and skills that steer coding or other agents: files known by their names. */
import { ResultBuilder } from '../../builder.ts';
import { asText, frontMatter } from '../../data-file.ts';
import { nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

/** Instruction files of coding assistants, by base name. */
const RULES_NAMES: ReadonlySet<string> = new Set([
  'AGENTS.md',
  'AGENT.md',
  'AGENTS.override.md',
  'CLAUDE.md',
  'CLAUDE.local.md',
  'GEMINI.md',
  'QWEN.md',
  'CRUSH.md',
  'WARP.md',
  'CONVENTIONS.md',
  '.cursorrules',
  '.windsurfrules',
  '.clinerules',
  '.roorules',
  '.goosehints',
  '.rules',
  '.aider.conf.yml',
  'copilot-instructions.md',
]);
/** Directories of such files: what stands below them, and how it ends. */
const RULES_PLACES =
  /(?:^|\/)(?:\.github\/instructions\/.+\.md|\.cursor\/rules\/.+\.mdc?|\.windsurf\/rules\/.+\.md|\.clinerules\/.+\.md|\.roo\/rules[\w-]*\/.+\.md|\.continue\/rules\/.+\.md|\.amazonq\/rules\/.+\.md|\.kiro\/steering\/.+\.md|\.junie\/guidelines\.md|\.trae\/rules\/.+\.md|\.augment\/rules\/.+\.md|\.agent\/rules\/.+\.md|\.devin\/.+\.md)$/;
const DEFINITIONS =
  /(?:^|\/)\.(?:claude|codex|opencode|gemini|qwen|cursor|factory)\/(?:agents?|droids)\/.+\.md$|(?:^|\/)\.github\/(?:agents|chatmodes)\/.+\.md$|\.(?:agent|chatmode)\.md$/;
const SKILLS =
  /(?:^|\/)SKILL\.md$|(?:^|\/)\.(?:claude|opencode|codex|cursor|gemini|qwen)\/(?:commands?|prompts)\/.+\.(?:md|toml)$/;

export const agents: Scanner = {
  name: 'agents',
  wants(path) {
    const name = nameOf(path);
    if (RULES_NAMES.has(name)) return true;
    if (!/\.(?:md|mdc|toml)$/.test(name)) return false;
    return RULES_PLACES.test(path) || DEFINITIONS.test(path) || SKILLS.test(path);
  },
  scan(file) {
    if (file.text === undefined || file.digest === undefined) return emptyResult();
    const out = new ResultBuilder('agents', file.path);
    const { digest } = file;
    if (SKILLS.test(file.path)) {
      out.asset(
        {
          kind: 'tool',
          name: `skill/${nameIn(file.text) ?? nameOf(file.path)}`,
          origin: 'own',
          digest,
          properties: { type: 'skill' },
          line: 1,
        },
        'depends_on',
      );
    } else if (DEFINITIONS.test(file.path)) {
      const name = nameIn(file.text) ?? nameOf(file.path).replace(/(?:\.(?:agent|chatmode))?\.md$/, '');
      out.asset(
        { kind: 'agent', name, origin: 'own', digest, properties: { type: 'definition' }, line: 1 },
        'depends_on',
      );
    } else {
      out.asset(
        { kind: 'agent', name: file.path, origin: 'own', digest, properties: { type: 'rules' }, line: 1 },
        'depends_on',
      );
    }
    return out.result;
  },
};

function nameIn(text: string): string | undefined {
  try {
    const name = asText(frontMatter(text)?.data.name)?.trim();
    return name !== undefined && /^[\w .:/-]{1,80}$/.test(name) ? name : undefined;
  } catch {
    return undefined;
  }
}
