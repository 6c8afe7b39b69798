/** What the name of an architecture or a pipeline tells about inputs and outputs. */
import type { Modality } from '@custos/core';
import type { Capability } from '../../types.ts';

type Ends = readonly [inputs: readonly Modality[], outputs: readonly Modality[]];

/** By the ending of a class name of transformers, the more special first. */
const BY_CLASS: readonly (readonly [RegExp, Ends])[] = [
  [
    /ForSpeechSeq2Seq|ForCTC|^Whisper.*ForConditionalGeneration|ForAudioFrameClassification|Speech2Text/,
    [['audio'], ['text']],
  ],
  [/ForAudioClassification|ForSequenceClassificationAudio/, [['audio'], ['tabular']]],
  [/ForTextToSpeech|ForTextToWaveform|^Bark|^VitsModel|ForTextToAudio|MusicgenFor/, [['text'], ['audio']]],
  [
    /ForImageClassification|ForObjectDetection|Segmentation|ForDepthEstimation|ForMaskedImageModeling|ForZeroShotObjectDetection/,
    [['image'], ['tabular']],
  ],
  [/ForVideoClassification/, [['video'], ['tabular']]],
  [
    /ForVision2Seq|ForImageTextToText|VisionEncoderDecoder|Llava|VL.*ForConditionalGeneration|Pix2Struct|^Blip|^Git.*CausalLM|^PaliGemma|^Idefics|^Mllama|^Gemma3ForConditionalGeneration/,
    [['text', 'image'], ['text']],
  ],
  [/^CLIPModel|^SiglipModel|^AltCLIP|^ChineseCLIP/, [['text', 'image'], ['embedding']]],
  [
    /ForCausalLM|LMHeadModel|ForConditionalGeneration|ForSeq2SeqLM|ForQuestionAnswering|ForMaskedLM|ForPreTraining/,
    [['text'], ['text']],
  ],
  [/ForSequenceClassification|ForTokenClassification|ForMultipleChoice/, [['text'], ['tabular']]],
  [/Pipeline$/, [['text'], ['image']]],
];

const BY_PIPELINE: Readonly<Record<string, Ends>> = {
  'text-generation': [['text'], ['text']],
  'text2text-generation': [['text'], ['text']],
  summarization: [['text'], ['text']],
  translation: [['text'], ['text']],
  'fill-mask': [['text'], ['text']],
  'image-text-to-text': [['text', 'image'], ['text']],
  'image-to-text': [['image'], ['text']],
  'text-to-image': [['text'], ['image']],
  'image-to-image': [['image'], ['image']],
  'text-to-video': [['text'], ['video']],
  'video-text-to-text': [['text', 'video'], ['text']],
  'automatic-speech-recognition': [['audio'], ['text']],
  'text-to-speech': [['text'], ['audio']],
  'text-to-audio': [['text'], ['audio']],
  'audio-classification': [['audio'], ['tabular']],
  'image-classification': [['image'], ['tabular']],
  'object-detection': [['image'], ['tabular']],
  'text-classification': [['text'], ['tabular']],
  'token-classification': [['text'], ['tabular']],
  'feature-extraction': [['text'], ['embedding']],
  'sentence-similarity': [['text'], ['embedding']],
  'tabular-classification': [['tabular'], ['tabular']],
  'tabular-regression': [['tabular'], ['tabular']],
  'any-to-any': [
    ['text', 'image', 'audio', 'video'],
    ['text', 'image', 'audio'],
  ],
};

export function capabilityOfArchitecture(architecture: string): Capability {
  const ends = BY_CLASS.find(([pattern]) => pattern.test(architecture))?.[1];
  return ends === undefined ? { architecture } : { architecture, inputs: ends[0], outputs: ends[1] };
}

export function capabilityOfPipeline(tag: string): Capability {
  const ends = BY_PIPELINE[tag];
  return ends === undefined ? {} : { inputs: ends[0], outputs: ends[1] };
}
