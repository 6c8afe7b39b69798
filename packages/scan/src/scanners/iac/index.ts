/** AI services that infrastructure code creates: Terraform, CloudFormation, Bicep and ARM, Pulumi, CDK. */
import { ResultBuilder } from '../../builder.ts';
import {
  azureResource,
  type CloudResource,
  cloudFormationResource,
  terraformResource,
} from '../../data/cloud-resources.ts';
import { readModelName } from '../../data/models.ts';
import { extensionOf, isTestPath } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';
import { wordGroup } from '../../words.ts';

const FORMS: ReadonlySet<string> = new Set([
  '.tf',
  '.bicep',
  '.json',
  '.yaml',
  '.yml',
  '.template',
  '.ts',
  '.py',
  '.js',
]);
/** Programs are looked at only where they create infrastructure. */
const PROGRAM: ReadonlySet<string> = new Set(['.ts', '.py', '.js']);
const BLOCKS =
  /resource\s+"(?:aws_|azurerm_|google_|pinecone_|qdrant-cloud_|databricks_|huggingface_|openai_)|Microsoft\.(?:CognitiveServices|MachineLearningServices|Search|BotService)\/|AWS::(?:Bedrock|BedrockAgentCore|SageMaker|Comprehend|Rekognition|Lex|Kendra|Personalize|QBusiness|OpenSearchServerless)::|avm\/res\/(?:cognitive-services|machine-learning-services|search)\//i;
const MAKERS = /@pulumi\/|\bpulumi[_ ]|aws-cdk-lib|aws_cdk|@cdktf\//;
const BLOCK_WORDS = wordGroup('resource  ', 'resource "', 'microsoft.', 'aws::', 'avm/res/');
const MAKER_WORDS = wordGroup('@pulumi/', 'pulumi_', 'pulumi ', 'aws-cdk-lib', 'aws_cdk', '@cdktf/');
/** `new aws.bedrock.AgentAgent("x"`, `aws.sagemaker.Endpoint("x"`, `new bedrock.CfnAgent(this, "x"`. */
const CONSTRUCTED =
  /\b(?:new\s+)?((?:[A-Za-z_]\w*\.)?)(bedrock|sagemaker|cognitiveservices|machinelearningservices|vertex|kendra|rekognition|comprehend|lex)\.([A-Z]\w*)\(\s*(?:(?:this|self|scope|stack)\s*,\s*)?["'`]([\w.-]+)["'`]/g;
/** Classes that only describe or look up. */
const NO_RESOURCE = /Props$|Args$|Policy|Permission|^get|^I[A-Z]|FoundationModelIdentifier|Version$|Alias$/;

/** Modules of Azure's public registry, and what they make. */
const VERIFIED_MODULES: Readonly<Record<string, string>> = {
  'cognitive-services/account': 'Microsoft.CognitiveServices/accounts',
  'machine-learning-services/workspace': 'Microsoft.MachineLearningServices/workspaces',
  'search/search-service': 'Microsoft.Search/searchServices',
};

export const iac: Scanner = {
  name: 'iac',
  wants: (path) => FORMS.has(extensionOf(path)) || path.endsWith('.tf.json'),
  glance: (words, path) =>
    words.has(PROGRAM.has(extensionOf(path)) ? MAKER_WORDS : BLOCK_WORDS) && !isTestPath(path),
  prefilter: (text, path) =>
    (PROGRAM.has(extensionOf(path)) ? MAKERS.test(text) : BLOCKS.test(text)) && !isTestPath(path),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    const out = new ResultBuilder('iac', file.path);
    const extension = extensionOf(file.path);
    if (PROGRAM.has(extension)) constructed(file.text, out);
    else {
      const lines = file.text.split(/\r?\n/);
      for (const [index, line] of lines.entries()) {
        if (line.length > 4_000 || /^\s*(?:#|\/\/)/.test(line)) continue;
        declared(lines, index, out);
      }
    }
    return out.result;
  },
};

function declared(lines: readonly string[], index: number, out: ResultBuilder): void {
  const line = lines[index] ?? '';
  const terraform = /^\s*resource\s+"([\w-]+)"\s+"([\w.-]+)"/.exec(line);
  if (terraform?.[1] !== undefined) {
    const found = terraformResource(terraform[1]);
    if (found === undefined) return;
    const id = report(found, `${terraform[1]}.${terraform[2] ?? ''}`, index + 1, out);
    if (found.role === 'deployment' || found.role === 'agent') deployedModel(lines, index, id, out);
    return;
  }
  const bicep = /^\s*resource\s+(\w+)\s+'(Microsoft\.[^']+)'/i.exec(line);
  if (bicep?.[2] !== undefined) {
    azure(bicep[2], bicep[1] ?? '', lines, index, out);
    return;
  }
  const verified =
    /^\s*module\s+(\w+)\s+'br\/public:avm\/res\/(cognitive-services\/account|machine-learning-services\/workspace|search\/search-service)/.exec(
      line,
    );
  if (verified?.[2] !== undefined) {
    azure(VERIFIED_MODULES[verified[2]] ?? '', verified[1] ?? '', lines, index, out);
    return;
  }
  const typed = /["']?[Tt]ype["']?\s*:\s*["']?(AWS::[\w:]+|Microsoft\.[\w./]+)["']?/.exec(line)?.[1];
  if (typed === undefined) return;
  const name = nameNear(lines, index);
  if (typed.startsWith('AWS::')) {
    const found = cloudFormationResource(typed);
    if (found !== undefined) report(found, `${typed}/${name}`, index + 1, out);
  } else azure(typed, name, lines, index, out);
}

function azure(
  type: string,
  name: string,
  lines: readonly string[],
  index: number,
  out: ResultBuilder,
): void {
  const found = azureResource(type);
  if (found === undefined) return;
  const id = report(found, `${type.replace(/@.*$/, '')}/${name}`, index + 1, out);
  if (found.role === 'deployment') deployedModel(lines, index, id, out);
}

/** The logical name: the key above a CloudFormation type, the `name` beside an ARM type. */
function nameNear(lines: readonly string[], index: number): string {
  const indent = /^\s*/.exec(lines[index] ?? '')?.[0].length ?? 0;
  for (let at = index - 1; at >= Math.max(0, index - 30); at--) {
    const key = /^(\s*)["']?([\w-]+)["']?\s*:\s*(?:\{\s*)?$/.exec(lines[at] ?? '');
    if (key?.[2] !== undefined && (key[1] ?? '').length < indent)
      return key[2] === 'Resources' ? `line-${index + 1}` : key[2];
  }
  return `line-${index + 1}`;
}

function report(found: CloudResource, name: string, line: number, out: ResultBuilder): string {
  return out.asset(
    {
      kind: found.kind,
      name,
      origin: 'external',
      provider: found.provider,
      properties: { role: found.role, cloud: true, signal: 'infrastructure' },
      line,
    },
    found.role === 'vector-store' ? 'stores' : 'calls',
  );
}

/** `model { name = "gpt-4o" version = "2024-08-06" }` in Terraform, `model: { name: 'gpt-4o' … }` in Bicep, `foundation_model`. */
function deployedModel(
  lines: readonly string[],
  index: number,
  deployment: string,
  out: ResultBuilder,
): void {
  const block = lines.slice(index, index + 40);
  const end = block.findIndex((line, at) => at > 0 && /^(?:\}|resource\s|module\s)/.test(line));
  const text = block.slice(0, end < 0 ? block.length : end + 1).join('\n');
  const inner = /\bmodel\s*(?::|=)?\s*\{([^}]*)\}/.exec(text);
  const written =
    /\bname\s*[:=]\s*["']([\w.:-]+)["']/.exec(inner?.[1] ?? '')?.[1] ??
    /\bfoundation_model\s*=\s*"([\w.:-]+)"/.exec(text)?.[1];
  const model = written === undefined ? undefined : readModelName(written);
  if (model === undefined || !model.known) return;
  const at = block.findIndex((line) => line.includes(model.name));
  const version = /\bversion\s*[:=]\s*["']([\w.-]+)["']/.exec(inner?.[1] ?? '')?.[1];
  const id = out.model(model, index + 1 + Math.max(0, at), 0.9, version !== undefined);
  out.edge(deployment, id, 'serves');
}

function constructed(text: string, out: ResultBuilder): void {
  let line = 1;
  let from = 0;
  for (const match of text.matchAll(CONSTRUCTED)) {
    for (
      let next = text.indexOf('\n', from);
      next >= 0 && next < match.index;
      next = text.indexOf('\n', from)
    ) {
      line += 1;
      from = next + 1;
    }
    const [, , service = '', type = '', name = ''] = match;
    if (NO_RESOURCE.test(type)) continue;
    const agent = service === 'bedrock' && /^(?:Cfn)?(?:Agent|AgentAgent)$/.test(type);
    const provider =
      {
        bedrock: 'aws-bedrock',
        sagemaker: 'aws-sagemaker',
        vertex: 'google-vertex',
        cognitiveservices: 'azure-openai',
        machinelearningservices: 'azure-ai',
      }[service] ?? 'aws';
    report(
      { kind: agent ? 'agent' : 'service', provider, role: agent ? 'agent' : 'model-api' },
      `${service}.${type}/${name}`,
      line,
      out,
    );
  }
}
