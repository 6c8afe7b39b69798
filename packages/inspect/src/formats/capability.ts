/** What a chat template, an architecture's name or a quantisation tells about what a model can do. */
import type { Modality } from '@custos/core';
import type { Capability } from '../types.ts';
import type { TemplateFacts } from './jinja/template.ts';

export function capabilityOfTemplate(facts: TemplateFacts): Capability {
  return {
    inputs: unique(['text', ...facts.inputs]),
    outputs: facts.toolCalling ? ['text', 'tool_call'] : ['text'],
    toolCalling: facts.toolCalling,
  };
}

export function unique(modalities: readonly Modality[]): Modality[] {
  return [...new Set(modalities)];
}
