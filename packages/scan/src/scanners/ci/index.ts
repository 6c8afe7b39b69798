/** AI at work in pipelines: marketplace actions and command-line agents in GitHub, GitLab, Azure and other CI files. */
import { ResultBuilder } from '../../builder.ts';
import { nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

const FILES =
  /(?:^|\/)(?:\.github\/workflows\/[^/]+\.ya?ml|\.github\/actions\/.+\/action\.ya?ml|action\.ya?ml|\.gitlab-ci\.ya?ml|\.gitlab\/.+\.ya?ml|azure-pipelines[\w.-]*\.ya?ml|\.circleci\/config\.yml|bitbucket-pipelines\.yml|Jenkinsfile|\.drone\.yml|\.woodpecker\.ya?ml|\.forgejo\/workflows\/.+\.ya?ml|\.gitea\/workflows\/.+\.ya?ml)$/;

/** Actions that let a model read or write the repository, by `owner/name`. */
const ACTIONS: readonly (readonly [RegExp, string])[] = [
  [/^anthropics\//, 'anthropic'],
  [/^openai\//, 'openai'],
  [/^google-github-actions\/run-gemini-cli$|^google-gemini\//, 'google'],
  [/^actions\/ai-inference$/, 'github-models'],
  [/^github\/copilot|^github\/gh-aw|^github\/gh-models/, 'github-copilot'],
  [/^(?:codium-ai|qodo-ai)\//, 'qodo'],
  [/^coderabbitai\//, 'coderabbit'],
  [/^(?:huggingface|nousresearch)\//i, 'huggingface'],
  [/^promptfoo\//, 'promptfoo'],
  [
    /^(?:block|aider-chat|sst|anomalyco|all-hands-ai|openhands|cursor|factory-ai|augmentcode|warpdotdev|amp-?code|sourcegraph)\/.*(?:goose|aider|opencode|openhands|cursor|droid|augment|warp|amp|cody)/i,
    'coding-agent',
  ],
  [
    /(?:chat-?gpt|gpt-?\d|openai|claude|gemini|copilot|llm|ai-?(?:review|reviewer|pr|commit|issue|moderator|code))/i,
    'unknown',
  ],
];
/** Actions whose names look so but that only deploy or set up. */
const NOT_AI =
  /^(?:actions\/(?!ai-)|docker\/|aws-actions\/|azure\/|google-github-actions\/(?!run-gemini)|hashicorp\/)/i;

/** Commands in steps, with the package that holds them. */
const COMMANDS: readonly (readonly [RegExp, string, string])[] = [
  [
    /(?:^|[\s"'&|;(])(?:npx\s+(?:-y\s+)?@anthropic-ai\/claude-code|claude\s+(?:-p|--print|--dangerously-skip-permissions))/,
    'npm/@anthropic-ai/claude-code',
    'anthropic',
  ],
  [/(?:^|[\s"'&|;(])(?:npx\s+(?:-y\s+)?@openai\/codex|codex\s+exec\b)/, 'npm/@openai/codex', 'openai'],
  [
    /(?:^|[\s"'&|;(])(?:npx\s+(?:-y\s+)?@google\/gemini-cli|gemini\s+(?:-p|--prompt|--yolo))/,
    'npm/@google/gemini-cli',
    'google',
  ],
  [/(?:^|[\s"'&|;(])aider\s+--/, 'pypi/aider-chat', 'coding-agent'],
  [/(?:^|[\s"'&|;(])opencode\s+run\b/, 'npm/opencode-ai', 'coding-agent'],
  [/(?:^|[\s"'&|;(])(?:copilot\s+-p|gh\s+models\s+run)\b/, 'npm/@github/copilot', 'github-copilot'],
  [/(?:^|[\s"'&|;(])npx\s+(?:-y\s+)?promptfoo(?:@[\w.]+)?\s+(?:eval|redteam)/, 'npm/promptfoo', 'promptfoo'],
];

export const ci: Scanner = {
  name: 'ci',
  wants: (path) =>
    (path.endsWith('yml') || path.endsWith('yaml') || nameOf(path) === 'Jenkinsfile') && FILES.test(path),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    const out = new ResultBuilder('ci', file.path);
    for (const [index, line] of file.text.split(/\r?\n/).entries()) {
      if (line.length > 4_000 || /^\s*#/.test(line)) continue;
      action(line, index + 1, out);
      command(line, index + 1, out);
    }
    return out.result;
  },
};

function action(line: string, number: number, out: ResultBuilder): void {
  const match = /^\s*(?:-\s*)?uses:\s*["']?([\w.-]+\/[\w./-]+)@([\w./-]+)/.exec(line);
  const [, full = '', revision = ''] = match ?? [];
  const name = full.split('/').slice(0, 2).join('/');
  if (name === '' || NOT_AI.test(name)) return;
  const known = ACTIONS.find(([pattern]) => pattern.test(name));
  if (known === undefined) return;
  const fixed = /^[0-9a-f]{40}$/.test(revision);
  const id = out.asset(
    {
      kind: 'component',
      name: `actions/${full}`,
      version: revision,
      origin: 'external',
      ...(known[1] === 'unknown' ? {} : { provider: known[1] }),
      properties: { category: 'ci-action', floating: !fixed },
      line: number,
    },
    'depends_on',
  );
  if (!fixed)
    out.finding(
      'unpinned-ai-action',
      'medium',
      0.85,
      `${full} runs with this repository's rights at whatever ${revision} points to; pin a commit.`,
      number,
      id,
    );
}

function command(line: string, number: number, out: ResultBuilder): void {
  for (const [pattern, name, provider] of COMMANDS) {
    if (!pattern.test(line)) continue;
    const version = new RegExp(
      `${name.slice(name.indexOf('/') + 1).replace(/[/.]/g, '\\$&')}@(\\d[\\w.-]*)`,
    ).exec(line)?.[1];
    out.asset(
      {
        kind: 'component',
        name,
        ...(version === undefined ? {} : { version }),
        origin: 'external',
        provider,
        properties: { category: 'agent', floating: version === undefined },
        line: number,
      },
      'depends_on',
    );
  }
}
