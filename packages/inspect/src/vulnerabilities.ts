/**
 * Known vulnerabilities of loaders and formats that a rule's finding could exploit: facts only, each with where they
 * stand. A finding names them so that a person can see at once which versions of which loader it would hit; the finding
 * itself holds for every version.
 */

export interface Vulnerability {
  readonly id: string;
  /** Rules whose findings are of the kind that it exploits. */
  readonly rules: readonly string[];
  /** The software that loads the file. */
  readonly loader: string;
  /** Versions, as the advisory gives them. */
  readonly affected: string;
  readonly source: string;
}

const nvd = (id: string) => `https://nvd.nist.gov/vuln/detail/${id}`;

export const VULNERABILITIES: readonly Vulnerability[] = [
  {
    id: 'CVE-2024-3660',
    rules: ['keras.lambda-code'],
    loader: 'Keras',
    affected: 'before 2.13',
    source: nvd('CVE-2024-3660'),
  },
  {
    id: 'CVE-2025-1550',
    rules: ['keras.module-code'],
    loader: 'Keras',
    affected: 'before 3.9.0',
    source: 'https://github.com/keras-team/keras/security/advisories/GHSA-48g7-3x6r-xfhp',
  },
  {
    id: 'CVE-2025-8747',
    rules: ['keras.non-modelling-function'],
    loader: 'Keras',
    affected: 'before 3.11.0',
    source: 'https://github.com/keras-team/keras/security/advisories/GHSA-c9rc-mg46-23w3',
  },
  {
    id: 'CVE-2025-9906',
    rules: ['keras.non-modelling-function'],
    loader: 'Keras',
    affected: 'before 3.11.0',
    source: 'https://github.com/advisories/GHSA-36fq-jgmw-4r9c',
  },
  {
    id: 'CVE-2025-9905',
    rules: ['keras.lambda-in-hdf5'],
    loader: 'Keras, files of HDF5',
    affected: '3.0.0 to before 3.11.3',
    source: 'https://github.com/io-no/CVE-Reports/issues/7',
  },
  {
    id: 'CVE-2025-49655',
    rules: ['keras.torch-module'],
    loader: 'Keras',
    affected: '3.11.0 to before 3.11.3',
    source: nvd('CVE-2025-49655'),
  },
  {
    id: 'CVE-2026-1462',
    rules: ['keras.external-model'],
    loader: 'Keras',
    affected: 'before 3.12.1, 3.13.0 to before 3.13.2',
    source: 'https://github.com/advisories/GHSA-4f3f-g24h-fr8m',
  },
  {
    id: 'CVE-2022-25882',
    rules: ['onnx.external-data-traversal'],
    loader: 'ONNX',
    affected: 'before 1.13.0',
    source: 'https://github.com/onnx/onnx/pull/4400',
  },
  {
    id: 'CVE-2024-27318',
    rules: ['onnx.external-data-traversal'],
    loader: 'ONNX',
    affected: 'before 1.16.0',
    source: 'https://github.com/advisories/GHSA-whh8-fjgc-qp73',
  },
  {
    id: 'CVE-2026-34445',
    rules: ['onnx.external-data-key'],
    loader: 'ONNX',
    affected: 'before 1.21.0',
    source: nvd('CVE-2026-34445'),
  },
  {
    id: 'CVE-2024-34359',
    rules: ['jinja.attribute-walking', 'jinja.hidden-attribute-walking', 'jinja.code-call'],
    loader: 'llama-cpp-python',
    affected: 'before 0.2.72',
    source: 'https://github.com/abetlen/llama-cpp-python/security/advisories/GHSA-56xg-wfcj-g829',
  },
  {
    id: 'CVE-2026-5760',
    rules: ['jinja.attribute-walking', 'jinja.hidden-attribute-walking', 'jinja.code-call'],
    loader: 'SGLang, /v1/rerank',
    affected: 'no fixed version named (CERT/CC VU#915947, April 2026)',
    source: 'https://kb.cert.org/vuls/id/915947',
  },
  {
    id: 'CVE-2025-53630',
    rules: ['gguf.length-lie'],
    loader: 'llama.cpp',
    affected: 'before commit 26a48ad699d50b6268900062661bd22f3e792579',
    source: nvd('CVE-2025-53630'),
  },
  {
    id: 'CVE-2026-27940',
    rules: ['gguf.length-lie'],
    loader: 'llama.cpp',
    affected: 'before b8146',
    source: 'https://github.com/ggml-org/llama.cpp/security/advisories/GHSA-3p4r-fq3f-q74v',
  },
  {
    id: 'CVE-2026-7482',
    rules: ['gguf.tensor-outside'],
    loader: 'Ollama',
    affected: 'see the source',
    source: nvd('CVE-2026-7482'),
  },
  {
    id: 'CVE-2025-54412',
    rules: ['skops.operator-function'],
    loader: 'skops',
    affected: 'before 0.12.0',
    source: nvd('CVE-2025-54412'),
  },
  {
    id: 'CVE-2025-54413',
    rules: ['skops.method'],
    loader: 'skops',
    affected: 'before 0.12.0',
    source: nvd('CVE-2025-54413'),
  },
  {
    id: 'CVE-2025-23304',
    rules: ['nemo.target-code'],
    loader: 'NVIDIA NeMo',
    affected: 'before 2.3.2',
    source: nvd('CVE-2025-23304'),
  },
];

const BY_RULE: ReadonlyMap<string, readonly string[]> = new Map(
  VULNERABILITIES.flatMap(({ rules }) => rules).map((rule) => [
    rule,
    VULNERABILITIES.filter(({ rules }) => rules.includes(rule)).map(({ id }) => id),
  ]),
);

/** CVE ids of loaders that a finding of this rule could exploit. */
export function cvesOf(rule: string): readonly string[] {
  return BY_RULE.get(rule) ?? [];
}
