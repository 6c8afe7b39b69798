import { describe, expect, it } from 'vitest';
import { json } from '../testing/build.ts';
import { ggufFile } from '../testing/gguf.ts';
import { safetensorsFile } from '../testing/safetensors.ts';
import { inspected } from '../testing/samples.ts';

const capability = (path: string, bytes: Uint8Array) => inspected({ what: '', path, bytes }).capability;

describe('what a model can do', () => {
  it('is read from GGUF', () => {
    const values = {
      'general.architecture': 'qwen2',
      'general.file_type': 15,
      'qwen2.context_length': 32768,
      'tokenizer.chat_template':
        "{% for m in messages %}{% if m.content.type == 'image' %}<image>{% endif %}{% endfor %}{{ tools }}",
    };
    const tensors = [{ name: 'a', shape: [16, 16] }];
    expect(capability('m.gguf', ggufFile({ values, tensors, data: 1024 }))).toEqual({
      architecture: 'qwen2',
      contextLength: 32768,
      quantisation: 'Q4_K_M',
      parameters: 256,
      toolCalling: true,
      inputs: ['text', 'image'],
      outputs: ['text', 'tool_call'],
    });
  });

  it('is read from a projector of pictures', () => {
    expect(
      capability(
        'mmproj.gguf',
        ggufFile({ values: { 'general.architecture': 'clip', 'clip.has_vision_encoder': true } }),
      ),
    ).toMatchObject({ inputs: ['image'], outputs: ['embedding'] });
  });

  it('is read from configurations', () => {
    const config = {
      architectures: ['WhisperForConditionalGeneration'],
      model_type: 'whisper',
      torch_dtype: 'float16',
    };
    expect(capability('config.json', json(config))).toMatchObject({
      inputs: ['audio'],
      outputs: ['text'],
      quantisation: 'float16',
    });
    expect(
      capability(
        'config.json',
        json({
          architectures: ['LlavaForConditionalGeneration'],
          text_config: { max_position_embeddings: 4096 },
          vision_config: {},
        }),
      ),
    ).toMatchObject({ inputs: ['text', 'image'], contextLength: 4096 });
  });

  it('is the sum of the shapes in safetensors', () => {
    const header = {
      a: { dtype: 'BF16', shape: [3, 4], data_offsets: [0, 24] },
      b: { dtype: 'BF16', shape: [], data_offsets: [24, 26] },
    };
    expect(capability('m.safetensors', safetensorsFile(header, 26))).toEqual({
      parameters: 13,
      quantisation: 'BF16',
    });
  });

  it('is absent where nothing tells it', () => {
    expect(capability('config.json', json({ model_type: 'x' }))).toBeUndefined();
  });
});
