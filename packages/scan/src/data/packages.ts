/**
 * Packages that make a system an AI system, by what they do. One line per group: `<category>: name name …`; a name may
 * carry the module it is imported by (`scikit-learn=sklearn`) where that differs from the name with `-` as `_`.
 * Compiled by hand from the packages' own registry pages.
 */
export type PackageCategory =
  | 'provider-sdk'
  | 'framework'
  | 'agent'
  | 'training'
  | 'inference'
  | 'vector-store'
  | 'evaluation'
  | 'data'
  | 'vision'
  | 'audio'
  | 'nlp'
  | 'classical'
  | 'serialisation'
  | 'guardrail'
  | 'observability';

export type Ecosystem = 'pypi' | 'npm';

export interface AiPackage {
  readonly ecosystem: Ecosystem;
  readonly name: string;
  readonly category: PackageCategory;
}

const PYPI: Record<PackageCategory, string> = {
  'provider-sdk':
    'openai anthropic google-generativeai=google.generativeai google-genai=google.genai google-cloud-aiplatform=vertexai,google.cloud.aiplatform mistralai cohere groq together replicate fireworks-ai=fireworks ai21 voyageai dashscope zhipuai qianfan huggingface-hub azure-ai-inference=azure.ai.inference azure-ai-ml=azure.ai.ml azure-ai-projects=azure.ai.projects azure-search-documents=azure.search.documents boto3-stubs-bedrock ibm-watsonx-ai writer-sdk=writerai cerebras-cloud-sdk=cerebras xai-sdk perplexityai ollama elevenlabs deepgram-sdk=deepgram assemblyai stability-sdk fal-client volcengine aleph-alpha-client gigachat jina',
  framework:
    'langchain langchain-core langchain-community langchain-openai langchain-anthropic langchain-google-genai langchain-google-vertexai langchain-aws langchain-huggingface langchain-mistralai langchain-cohere langchain-groq langchain-ollama langchain-chroma langchain-pinecone langchain-qdrant langchain-text-splitters langchain-experimental langchain-mcp-adapters llama-index llama-index-core=llama_index haystack-ai=haystack farm-haystack semantic-kernel litellm aisuite instructor outlines guidance dspy dspy-ai=dspy marvin txtai embedchain lmql mirascope magentic promptflow chainlit gradio streamlit-chat fastchat fschat langserve flowise langflow open-webui unstructured llmware',
  agent:
    'langgraph crewai crewai-tools autogen pyautogen=autogen autogen-agentchat autogen-core ag2 openai-agents=agents pydantic-ai smolagents agno phidata=phi swarm metagpt camel-ai=camel google-adk=google.adk strands-agents=strands mcp fastmcp composio-core composio-langchain browser-use letta mem0ai=mem0 memgpt superagi agentops claude-agent-sdk claude-code-sdk',
  training:
    'torch pytorch-lightning lightning tensorflow tensorflow-cpu=tensorflow tensorflow-gpu=tensorflow keras jax jaxlib flax optax transformers accelerate peft trl datasets-trainer deepspeed bitsandbytes unsloth axolotl fairscale megatron-core xformers flash-attn torchtune composer mosaicml colossalai mxnet paddlepaddle=paddle chainer fastai timm diffusers torchtitan sentencepiece tokenizers tiktoken optuna ray=ray apex lightning-fabric horovod nanotron liger-kernel adapter-transformers setfit',
  inference:
    'vllm sglang llama-cpp-python=llama_cpp ctransformers text-generation tgi onnxruntime onnxruntime-gpu=onnxruntime onnx tensorrt tritonclient openvino mlx mlx-lm ctranslate2 faster-whisper optimum auto-gptq autoawq=awq exllamav2 bentoml ray-serve tflite-runtime tensorflow-serving-api lmdeploy gpt4all torchserve xinference infinity-emb fastembed',
  'vector-store':
    'chromadb pinecone pinecone-client=pinecone qdrant-client weaviate-client=weaviate pymilvus faiss-cpu=faiss faiss-gpu=faiss lancedb pgvector annoy hnswlib usearch marqo deeplake vespa-pyvespa=vespa milvus-lite',
  evaluation:
    'deepeval ragas lm-eval=lm_eval promptfoo garak inspect-ai evaluate bert-score rouge-score sacrebleu trulens trulens-eval giskard mteb helm-crfm',
  data: 'datasets dvc cleanlab argilla label-studio-sdk webdataset img2dataset sdv snorkel great-tables-ai albumentations imbalanced-learn=imblearn',
  vision:
    'torchvision ultralytics detectron2 open-clip-torch=open_clip clip-anytorch=clip segment-anything easyocr kornia mmcv mmdet mediapipe insightface facenet-pytorch paddleocr',
  audio:
    'openai-whisper=whisper whisperx torchaudio TTS speechbrain librosa pyannote-audio=pyannote bark coqui-tts nemo-toolkit=nemo kokoro',
  nlp: 'spacy sentence-transformers nltk gensim flair stanza fasttext allennlp keybert bertopic textblob FlagEmbedding rerankers',
  classical:
    'scikit-learn=sklearn xgboost lightgbm catboost statsmodels prophet pycaret auto-sklearn tpot h2o river mlxtend interpret shap lime',
  serialisation: 'safetensors joblib skops gguf dill cloudpickle skl2onnx',
  guardrail:
    'guardrails-ai=guardrails nemoguardrails llm-guard presidio-analyzer presidio-anonymizer rebuff detoxify lakera',
  observability:
    'langsmith langfuse wandb mlflow arize-phoenix=phoenix openinference-instrumentation traceloop-sdk=traceloop comet-ml evidently whylogs neptune clearml tensorboard helicone opik weave',
};

const NPM: Record<PackageCategory, string> = {
  'provider-sdk':
    'openai @anthropic-ai/sdk @anthropic-ai/bedrock-sdk @anthropic-ai/vertex-sdk @google/generative-ai @google/genai @google-cloud/vertexai @google-cloud/aiplatform @mistralai/mistralai cohere-ai groq-sdk together-ai replicate @huggingface/inference @huggingface/hub @azure/openai @azure-rest/ai-inference @azure/search-documents @aws-sdk/client-bedrock-runtime @aws-sdk/client-bedrock-agent-runtime @aws-sdk/client-bedrock ollama @ai-sdk/openai @ai-sdk/anthropic @ai-sdk/google @ai-sdk/google-vertex @ai-sdk/mistral @ai-sdk/azure @ai-sdk/amazon-bedrock @ai-sdk/cohere @ai-sdk/groq @ai-sdk/xai @ai-sdk/deepseek @ai-sdk/perplexity @ai-sdk/togetherai @ai-sdk/fireworks @ai-sdk/openai-compatible @ai-sdk/gateway @openrouter/ai-sdk-provider voyageai elevenlabs @elevenlabs/elevenlabs-js @deepgram/sdk assemblyai openai-edge @fal-ai/client @fal-ai/serverless-client @xenova/transformers-provider',
  framework:
    'ai @ai-sdk/react @ai-sdk/rsc @ai-sdk/vue @ai-sdk/svelte langchain @langchain/core @langchain/openai @langchain/anthropic @langchain/community @langchain/google-genai @langchain/google-vertexai @langchain/mistralai @langchain/aws @langchain/cohere @langchain/groq @langchain/ollama @langchain/pinecone @langchain/qdrant @langchain/textsplitters llamaindex @llamaindex/core genkit @genkit-ai/ai @genkit-ai/googleai modelfusion promptflow @copilotkit/react-core @copilotkit/runtime @assistant-ui/react @portkey-ai/gateway portkey-ai token.js @microsoft/teams-ai @instructor-ai/instructor flowise',
  agent:
    '@langchain/langgraph @langchain/langgraph-sdk @openai/agents @mastra/core @modelcontextprotocol/sdk @anthropic-ai/claude-code @anthropic-ai/claude-agent-sdk @google/adk fastmcp mcp-handler @composio/core composio-core @voltagent/core bee-agent-framework @inngest/agent-kit @browserbasehq/stagehand',
  training: '@tensorflow/tfjs @tensorflow/tfjs-node @tensorflow/tfjs-node-gpu brain.js synaptic ml5',
  inference:
    '@huggingface/transformers @xenova/transformers onnxruntime-node onnxruntime-web onnxruntime-react-native node-llama-cpp @mlc-ai/web-llm @mediapipe/tasks-genai @mediapipe/tasks-vision fastembed gpt4all',
  'vector-store':
    '@pinecone-database/pinecone chromadb @qdrant/js-client-rest @qdrant/qdrant-js weaviate-client weaviate-ts-client @zilliz/milvus2-sdk-node @lancedb/lancedb vectordb faiss-node hnswlib-node pgvector @upstash/vector',
  evaluation: 'promptfoo autoevals evalite braintrust',
  data: '@dqbd/tiktoken js-tiktoken tiktoken gpt-tokenizer gpt-3-encoder gpt3-tokenizer',
  vision: 'face-api.js @tensorflow-models/coco-ssd @tensorflow-models/mobilenet tesseract.js',
  audio: 'whisper-node nodejs-whisper',
  nlp: 'natural compromise node-nlp wink-nlp',
  classical: 'ml-random-forest ml-regression ml-knn',
  serialisation: 'gguf @huggingface/gguf',
  guardrail: '@guardrails-ai/core @presidio-dev/hai-guardrails',
  observability:
    'langsmith langfuse @langfuse/tracing @traceloop/node-server-sdk helicone @arizeai/openinference-core @helicone/helpers',
};

const byKey = new Map<string, AiPackage>();
const byPythonModule = new Map<string, AiPackage>();

function load(ecosystem: Ecosystem, groups: Record<PackageCategory, string>): void {
  for (const category of Object.keys(groups) as PackageCategory[]) {
    for (const word of groups[category].split(/\s+/)) {
      const [name = '', modules] = word.split('=');
      const found: AiPackage = { ecosystem, name, category };
      byKey.set(`${ecosystem}/${normalName(ecosystem, name)}`, found);
      if (ecosystem !== 'pypi') continue;
      for (const module of (modules ?? name.replaceAll('-', '_')).split(',')) {
        if (!byPythonModule.has(module)) byPythonModule.set(module, found);
      }
    }
  }
}

/** PEP 503 for PyPI; npm names are as they are. */
export function normalName(ecosystem: Ecosystem, name: string): string {
  return ecosystem === 'pypi' ? name.toLowerCase().replace(/[-_.]+/g, '-') : name;
}

load('pypi', PYPI);
load('npm', NPM);

/** Names of modules, up to three parts long, by which Python programs import AI packages. */
export function pythonModules(): string[] {
  return [...byPythonModule.keys()];
}

/** Names of AI packages of npm. */
export function npmPackages(): string[] {
  return [...byKey.values()].flatMap((one) => (one.ecosystem === 'npm' ? [one.name] : []));
}

/** The AI package of that name, or undefined where it is not one we know. */
export function aiPackage(ecosystem: Ecosystem, name: string): AiPackage | undefined {
  return byKey.get(`${ecosystem}/${normalName(ecosystem, name)}`);
}

/** The package that a Python module such as `sklearn.svm` comes from. */
export function packageOfPythonModule(module: string): AiPackage | undefined {
  const parts = module.split('.');
  for (let length = Math.min(3, parts.length); length > 0; length--) {
    const found = byPythonModule.get(parts.slice(0, length).join('.'));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The package that a JavaScript import specifier such as `ai/react` or `@langchain/core/messages` comes from. */
export function packageOfSpecifier(specifier: string): AiPackage | undefined {
  const parts = specifier.split('/');
  return aiPackage('npm', parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/'));
}

export function packageCount(): number {
  return byKey.size;
}
