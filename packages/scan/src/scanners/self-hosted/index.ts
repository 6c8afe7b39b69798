/** Model servers that commands start, and the ports and host settings under which self-hosted ones are reached. */
import { ResultBuilder } from '../../builder.ts';
import { isHubId, readModelName } from '../../data/models.ts';
import { extensionOf, isTestPath, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

interface Starter {
  readonly name: string;
  readonly pattern: RegExp;
  /** TCP port where the server listens unless told otherwise. */
  readonly port: number;
}

/** What a command line starts. Ports: the servers' own documentation. */
const STARTERS: readonly Starter[] = [
  { name: 'vllm', pattern: /\bvllm\s+serve\b|vllm\.entrypoints\.(?:openai\.)?api_server/, port: 8000 },
  { name: 'sglang', pattern: /sglang\.launch_server|\bsglang\s+serve\b/, port: 30000 },
  { name: 'ollama', pattern: /\bollama\s+serve\b/, port: 11434 },
  { name: 'text-generation-inference', pattern: /\btext-generation-launcher\b/, port: 80 },
  { name: 'text-embeddings-inference', pattern: /\btext-embeddings-router\b/, port: 80 },
  { name: 'triton', pattern: /\btritonserver\s+-|\btritonserver["'],\s*["']-/, port: 8000 },
  { name: 'llama.cpp', pattern: /\bllama-server\s+-|\bllama_cpp\.server\b/, port: 8080 },
  { name: 'lm-studio', pattern: /\blms\s+server\s+start\b/, port: 1234 },
  { name: 'localai', pattern: /\blocal-ai\s+(?:run|--)/, port: 8080 },
  { name: 'litellm', pattern: /\blitellm\s+--(?:config|model|port)\b/, port: 4000 },
  { name: 'mlx-lm', pattern: /\bmlx_lm\.server\b/, port: 8080 },
  { name: 'xinference', pattern: /\bxinference-local\b/, port: 9997 },
  { name: 'lmdeploy', pattern: /\blmdeploy\s+serve\b/, port: 23333 },
  { name: 'fastchat', pattern: /fastchat\.serve\.openai_api_server/, port: 8000 },
  { name: 'torchserve', pattern: /\btorchserve\s+--start\b/, port: 8080 },
  { name: 'tensorflow-serving', pattern: /\btensorflow_model_server\s+-/, port: 8501 },
  { name: 'mlflow', pattern: /\bmlflow\s+models\s+serve\b/, port: 5000 },
  { name: 'bentoml', pattern: /\bbentoml\s+serve\b/, port: 3000 },
  { name: 'ray-serve', pattern: /\bserve\s+run\s+\w+[.:]\w+/, port: 8000 },
];
/** Ports that say which server answers, whatever the path. */
const PORTS: ReadonlyMap<string, string> = new Map([
  ['11434', 'ollama'],
  ['1234', 'lm-studio'],
  ['30000', 'sglang'],
  ['8501', 'tensorflow-serving'],
  ['23333', 'lmdeploy'],
  ['9997', 'xinference'],
]);
const HOST_KEY =
  /^(?:\w+_)?(?:OLLAMA|LM_?STUDIO|VLLM|LOCAL_?AI|TGI|TRITON|LLAMA_?CPP|LLM|OPENAI|SGLANG|INFERENCE|LLM_SERVER)_(?:API_)?(?:BASE_?)?(?:URL|HOST|URI|ENDPOINT|SERVER|BASE|ADDRESS)$/i;

const SHELL = /^\.(?:sh|bash|zsh|service|ps1|bat|mk|dockerfile|just)$/;
const NAMES =
  /^(?:Makefile|makefile|Procfile|justfile|[\w.-]*Dockerfile[\w.-]*|Containerfile|\.?env[\w.-]*|.*\.env[\w.-]*)$/;
const QUICK =
  /vllm|sglang|ollama|text-generation|text-embeddings|triton|llama|lms server|local-?ai|litellm|mlx_lm|xinference|lmdeploy|fastchat|torchserve|tensorflow_model|mlflow models|bentoml|serve run|11434|:1234\b|LM_?STUDIO|LLM|OPENAI|INFERENCE|TGI_/i;
/** Without one of these a line neither starts a server nor reaches one: the twenty patterns below are not tried on it. */
const LINE =
  /vllm|sglang|ollama|text-generation|text-embeddings|triton|llama|\blms\s|local[_-]?ai|litellm|mlx_lm|xinference|lmdeploy|fastchat|torchserve|tensorflow_model|\bmlflow\s|bentoml|\bserve\s|LM_?STUDIO|TGI|LLM|OPENAI|INFERENCE|:(?:11434|1234|30000|8501|23333|9997)(?!\d)/i;

export const selfHosted: Scanner = {
  name: 'self-hosted',
  wants: (path) => {
    const extension = extensionOf(path);
    return extension === '.yaml' || extension === '.yml' || SHELL.test(extension) || NAMES.test(nameOf(path));
  },
  prefilter: (text, path) => QUICK.test(text) && !isTestPath(path),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    const out = new ResultBuilder('self-hosted', file.path);
    const lines = file.text.split(/\r?\n/);
    for (const [index, line] of lines.entries()) {
      if (
        line.length > 4_000 ||
        !LINE.test(line) ||
        /^\s*(?:#|\/\/|rem\s)/i.test(line) ||
        /^\s*(?:-\s*)?(?:echo|printf|name:|description:)/.test(line)
      )
        continue;
      started(line, joined(lines, index), index + 1, out);
      reached(line, index + 1, out);
    }
    return out.result;
  },
};

/** A command goes on where its line ends in a backslash. */
function joined(lines: readonly string[], index: number): string {
  let text = lines[index] ?? '';
  for (let at = index; text.endsWith('\\') && at + 1 < lines.length && at < index + 30; at++)
    text = `${text.slice(0, -1)} ${lines[at + 1] ?? ''}`;
  return text;
}

function started(line: string, command: string, number: number, out: ResultBuilder): void {
  const found = STARTERS.find((one) => one.pattern.test(command));
  // The line itself has to start it, not one that it goes on to.
  if (found === undefined || !found.pattern.test(line)) return;
  const port = Number(
    /--?(?:port|http-port|rest_api_port)[=\s"',]+(\d{2,5})/.exec(command)?.[1] ?? found.port,
  );
  const service = out.asset(
    {
      kind: 'service',
      name: found.name,
      origin: 'own',
      properties: {
        role: found.name === 'litellm' ? 'gateway' : 'model-server',
        servesApi: true,
        port,
        signal: 'command',
      },
      line: number,
    },
    'depends_on',
  );
  const written =
    /(?:--model(?:-id|-path|_id|_path)?|-m)[=\s"',]+([\w./:@-]+)/.exec(command)?.[1] ??
    /\bvllm\s+serve\s+["']?([\w./:@-]+)/.exec(command)?.[1];
  const model = written === undefined ? undefined : readModelName(written);
  if (model !== undefined && (model.known || isHubId(model.name)))
    out.edge(service, out.model(model, number, 0.85), 'serves');
}

/** `OLLAMA_HOST=ollama:11434`, `LLM_BASE_URL: http://gpu-1:8000/v1`. */
function reached(line: string, number: number, out: ResultBuilder): void {
  const match =
    /^\s*(?:-\s*)?(?:export\s+|ENV\s+|ARG\s+|set\s+)?["']?([A-Za-z_][\w.-]*)["']?\s*[=:]\s*["']?(?:\$\{\w+:-)?(?:(https?):\/\/)?((?:[A-Za-z0-9][\w.-]*|\[[0-9a-f:]+\]))(?::(\d{2,5}))?(\/[^\s"'}]*)?["'}]*\s*(?:#.*)?$/.exec(
      line,
    );
  if (match === null) return;
  const [, key = '', scheme, host = '', port] = match;
  const server = PORTS.get(port ?? '');
  const named = HOST_KEY.test(key) && (scheme !== undefined || port !== undefined);
  if (!(named || (server !== undefined && scheme !== undefined))) return;
  // Hosts with a dot are judged by their name elsewhere; a bare number is no host.
  if (
    /^\d+$/.test(host) ||
    /example\.(?:com|org|net)$/.test(host) ||
    (host.includes('.') && !/^\d+(?:\.\d+){3}$/.test(host))
  )
    return;
  out.asset(
    {
      kind: 'endpoint',
      name: port === undefined ? host : `${host}:${port}`,
      origin: 'own',
      properties: {
        ...(scheme === undefined ? {} : { scheme }),
        role: 'model-api',
        ...(server === undefined ? {} : { server }),
      },
      line: number,
    },
    'calls',
  );
}
