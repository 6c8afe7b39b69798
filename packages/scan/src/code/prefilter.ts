/** A program that has none of these literals has nothing for us, and is not parsed. */
const LITERALS = new RegExp(
  [
    'openai|anthropic|mistral|cohere|gemini|huggingface|hugging_face|langchain|langgraph|llama|ollama|litellm|vertexai|bedrock|generativeai|genai|replicate|groq|together|deepseek|qwen|crewai|autogen|smolagents|pydantic_ai|semantic_kernel|haystack|dspy|chromadb|pinecone|qdrant|weaviate|pymilvus|faiss|lancedb|vllm|mlflow|wandb',
    'gpt-?[2345]|claude|text-embedding|embed-|whisper|dall-e|stable-diffusion|command-r|\\bbge-|MiniLM|jina-|voyage|sonar|grok',
    'from_pretrained|load_dataset|pickle|joblib|torch|tensorflow|keras|sklearn|transformers|diffusers|onnx|tiktoken|sentence_transformers|spacy|nltk|xgboost|lightgbm|catboost|allow_dangerous|trust_remote_code',
    '@ai-sdk/|from [\'"]ai[\'"/]|modelcontextprotocol|fastmcp|system_?prompt|[\'"]system[\'"]|\\bprompt',
    '(?:model|llm)_?(?:name|id)?["\']?\\s*[:=]\\s*(?:str\\s*=\\s*)?["\'`]|:11434|/v1[\'"/]|api[._-]inference|\\bapi\\.(?:x|stability|jina|together|deepinfra)\\.',
  ].join('|'),
  'i',
);

export function mayConcernAi(text: string): boolean {
  return LITERALS.test(text);
}
