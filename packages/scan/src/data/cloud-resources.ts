/** Resource types of infrastructure code that are AI services. Sources: the providers' resource references. */
import type { AssetKind } from '@custos/core';

export interface CloudResource {
  readonly kind: AssetKind;
  readonly provider: string;
  readonly role: string;
}

type Row = readonly [pattern: RegExp, provider: string, role: string, kind?: AssetKind];

/** Terraform and Pulumi names, written with underscores and lower case; first match counts. */
const TERRAFORM: readonly Row[] = [
  [/^aws_bedrockagent(?:core)?_agent(?:_runtime)?$/, 'aws-bedrock', 'agent', 'agent'],
  [/^aws_bedrockagent_knowledge_base$/, 'aws-bedrock', 'knowledge-base'],
  [/^aws_bedrock(?:agent|agentcore)?_/, 'aws-bedrock', 'model-api'],
  [/^aws_sagemaker_(?:model|endpoint|endpoint_configuration)$/, 'aws-sagemaker', 'model-server'],
  [/^aws_sagemaker_/, 'aws-sagemaker', 'training'],
  [
    /^aws_(?:comprehend|rekognition|lexv?2?(?:models)?|kendra|transcribe|polly|personalize|textract|qbusiness)_/,
    'aws',
    'model-api',
  ],
  [/^aws_opensearchserverless_collection$/, 'aws', 'vector-store'],
  [/^azurerm_cognitive_deployment$/, 'azure-openai', 'deployment'],
  [
    /^azurerm_(?:cognitive_account|ai_services|ai_foundry(?:_project)?|cognitive_account_project)$/,
    'azure-openai',
    'model-api',
  ],
  [/^azurerm_machine_learning_/, 'azure-ai', 'training'],
  [/^azurerm_search_service$/, 'azure-ai-search', 'vector-store'],
  [/^azurerm_bot_/, 'azure', 'ai-application'],
  [/^google_vertex_ai_(?:endpoint|deployment|reasoning_engine)/, 'google-vertex', 'model-server'],
  [/^google_vertex_ai_index/, 'google-vertex', 'vector-store'],
  [/^google_vertex_ai_/, 'google-vertex', 'training'],
  [
    /^google_(?:ml_engine_model|discovery_engine_|dialogflow_|document_ai_|notebooks_|workbench_|gemini_|apphub_gemini)/,
    'google-vertex',
    'model-api',
  ],
  [/^pinecone_/, 'pinecone', 'vector-store'],
  [/^qdrant-cloud_/, 'qdrant', 'vector-store'],
  [
    /^databricks_(?:model_serving|vector_search_\w+|registered_model|mlflow_\w+)$/,
    'databricks',
    'model-server',
  ],
  [/^huggingface_/, 'huggingface', 'model-server'],
  [/^(?:openai|anthropic)_/, 'openai', 'model-api'],
];

/** Azure resource types of Bicep and ARM, lower case. */
const AZURE: readonly Row[] = [
  [/^microsoft\.cognitiveservices\/accounts\/deployments$/, 'azure-openai', 'deployment'],
  [/^microsoft\.cognitiveservices\/accounts(?:\/projects)?$/, 'azure-openai', 'model-api'],
  [
    /^microsoft\.machinelearningservices\/workspaces\/(?:online|batch|serverless)endpoints/,
    'azure-ai',
    'model-server',
  ],
  [/^microsoft\.machinelearningservices\//, 'azure-ai', 'training'],
  [/^microsoft\.search\/searchservices$/, 'azure-ai-search', 'vector-store'],
  [/^microsoft\.botservice\//, 'azure', 'ai-application'],
];

/** CloudFormation types, lower case. */
const CLOUDFORMATION: readonly Row[] = [
  [/^aws::bedrock(?:agentcore)?::(?:agent|runtime)$/, 'aws-bedrock', 'agent', 'agent'],
  [/^aws::bedrock::knowledgebase$/, 'aws-bedrock', 'knowledge-base'],
  [/^aws::bedrock(?:agentcore)?::/, 'aws-bedrock', 'model-api'],
  [/^aws::sagemaker::(?:model|endpoint|endpointconfig|inferencecomponent)$/, 'aws-sagemaker', 'model-server'],
  [/^aws::sagemaker::/, 'aws-sagemaker', 'training'],
  [/^aws::(?:comprehend|rekognition|lex|kendra|personalize|qbusiness)::/, 'aws', 'model-api'],
  [/^aws::opensearchserverless::collection$/, 'aws', 'vector-store'],
];

function lookUp(rows: readonly Row[], type: string): CloudResource | undefined {
  const row = rows.find(([pattern]) => pattern.test(type));
  return row === undefined ? undefined : { kind: row[3] ?? 'service', provider: row[1], role: row[2] };
}

/** `aws_bedrockagent_agent` → what it is; undefined where it is no AI service. */
export function terraformResource(type: string): CloudResource | undefined {
  return lookUp(TERRAFORM, type);
}

/** `Microsoft.CognitiveServices/accounts` (a version after `@` is left out). */
export function azureResource(type: string): CloudResource | undefined {
  return lookUp(AZURE, type.toLowerCase().replace(/@.*$/, ''));
}

/** `AWS::Bedrock::Agent`. */
export function cloudFormationResource(type: string): CloudResource | undefined {
  return lookUp(CLOUDFORMATION, type.toLowerCase());
}
