/** A system's declaration as a form: what it is, what it may do, and the facts that evidence can't decide. */
import type { getSystem, ResultOf } from '@custos/contract';
import { FEATURES, type Feature, Modality, Phase } from '@custos/core';
import {
  Accordion,
  Button,
  Fieldset,
  Group,
  MultiSelect,
  SegmentedControl,
  Select,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useState } from 'react';
import { text } from './declaration-text.ts';
import { slugOf } from './slug.ts';
import { PHASE } from './words.ts';

export type Declaration = ResultOf<typeof getSystem>['declaration'];

export function emptyDeclaration(): Declaration {
  return {
    id: '',
    name: '',
    purpose: '',
    phase: 'design',
    use: { inputs: [], outputs: [], tools: [], users: [], exposure: 'internal', prohibited: [] },
    features: {},
    thresholds: {},
    assets: [],
  };
}

const EXPOSURES = ['internal', 'partners', 'public'] as const;
const MODALITIES = Modality.options.map((value) => ({ value, label: value.replaceAll('_', ' ') }));

export function DeclarationFields({
  value,
  onChange,
  creating = false,
  features,
}: {
  value: Declaration;
  onChange: (value: Declaration) => void;
  creating?: boolean;
  /** The catalogue's words for facts. */
  features: Readonly<Partial<Record<Feature, string>>>;
}) {
  const [open, setOpen] = useState<string[]>([]);
  const set = (change: Partial<Declaration>) => onChange({ ...value, ...change });
  const setUse = (change: Partial<Declaration['use']>) => set({ use: { ...value.use, ...change } });
  const list = (key: 'tools' | 'users' | 'prohibited') => (
    <TagsInput
      label={text[key]}
      description={text.listHelp}
      acceptValueOnBlur
      value={value.use[key]}
      onChange={(items) => setUse({ [key]: items })}
    />
  );
  return (
    <Stack gap="md">
      <TextInput
        label={text.name}
        required
        value={value.name}
        onChange={(event) => {
          const name = event.currentTarget.value;
          set({ name, ...(creating && value.id === slugOf(value.name) ? { id: slugOf(name) } : {}) });
        }}
      />
      {creating ? (
        <TextInput
          label={text.id}
          description={text.idHelp}
          required
          pattern="[a-z0-9][a-z0-9\-]{1,62}"
          value={value.id}
          onChange={(event) => set({ id: event.currentTarget.value })}
        />
      ) : null}
      <Textarea
        label={text.purpose}
        description={text.purposeHelp}
        required
        minLength={20}
        autosize
        minRows={2}
        value={value.purpose}
        onChange={(event) => set({ purpose: event.currentTarget.value })}
      />
      <Select
        label={text.phase}
        required
        allowDeselect={false}
        data={Phase.options.map((phase) => ({ value: phase, label: PHASE[phase] }))}
        value={value.phase}
        onChange={(phase) => set({ phase: Phase.parse(phase) })}
      />
      <Fieldset legend={text.use}>
        <Stack gap="sm">
          <Text size="sm" c="dimmed">
            {text.useHelp}
          </Text>
          <Group grow align="flex-start">
            <MultiSelect
              label={text.inputs}
              data={MODALITIES}
              value={value.use.inputs}
              onChange={(items) => setUse({ inputs: Modality.array().parse(items) })}
            />
            <MultiSelect
              label={text.outputs}
              data={MODALITIES}
              value={value.use.outputs}
              onChange={(items) => setUse({ outputs: Modality.array().parse(items) })}
            />
          </Group>
          <Select
            label={text.exposure}
            allowDeselect={false}
            data={EXPOSURES.map((exposure) => ({ value: exposure, label: text.exposures[exposure] }))}
            value={value.use.exposure}
            onChange={(chosen) =>
              setUse({ exposure: EXPOSURES.find((exposure) => exposure === chosen) ?? 'internal' })
            }
          />
          {list('tools')}
          {list('users')}
          {list('prohibited')}
        </Stack>
      </Fieldset>
      <Accordion
        variant="contained"
        multiple
        value={open}
        onChange={setOpen}
        // A browser points at no field that is folded away.
        onInvalidCapture={() => setOpen(['assets'])}
      >
        <Accordion.Item value="facts">
          <Accordion.Control>{text.facts}</Accordion.Control>
          <Accordion.Panel>
            <Facts value={value.features} onChange={(next) => set({ features: next })} words={features} />
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="assets">
          <Accordion.Control>{text.assets}</Accordion.Control>
          <Accordion.Panel>
            <Assets value={value.assets} onChange={(assets) => set({ assets })} />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </Stack>
  );
}

type Facts = Declaration['features'];

function Facts({
  value,
  onChange,
  words,
}: {
  value: Facts;
  onChange: (value: Facts) => void;
  words: Readonly<Partial<Record<Feature, string>>>;
}) {
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {text.factsHelp}
      </Text>
      {FEATURES.map((feature) => {
        const label = words[feature] ?? feature;
        const { [feature]: said, ...others } = value;
        return (
          <Group key={feature} justify="space-between" gap="xs">
            <Text size="sm" maw={520}>
              {label}
            </Text>
            <SegmentedControl
              size="xs"
              aria-label={label}
              data={[
                { value: 'open', label: text.fact.open },
                { value: 'yes', label: text.fact.yes },
                { value: 'no', label: text.fact.no },
              ]}
              value={said === undefined ? 'open' : said ? 'yes' : 'no'}
              onChange={(next) =>
                onChange(next === 'open' ? others : { ...others, [feature]: next === 'yes' })
              }
            />
          </Group>
        );
      })}
    </Stack>
  );
}

type Assets = Declaration['assets'];

function Assets({ value, onChange }: { value: Assets; onChange: (value: Assets) => void }) {
  const change = (at: number, next: Partial<Assets[number]>) =>
    onChange(value.map((asset, place) => (place === at ? { ...asset, ...next } : asset)));
  return (
    <Stack gap="xs">
      {value.map((asset, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: an asset's id is what is being typed
        <Group key={at} align="flex-end" gap="xs">
          <TextInput
            size="xs"
            label={text.assetId}
            required
            value={asset.id}
            onChange={(event) => change(at, { id: event.currentTarget.value })}
          />
          <TextInput
            size="xs"
            label={text.owner}
            value={asset.owner ?? ''}
            onChange={(event) => {
              const { owner: _, ...rest } = asset;
              const owner = event.currentTarget.value;
              onChange(
                value.map((old, place) => (place === at ? (owner === '' ? rest : { ...rest, owner }) : old)),
              );
            }}
          />
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => onChange(value.filter((_, place) => place !== at))}
          >
            {text.removeAsset(at + 1)}
          </Button>
        </Group>
      ))}
      <Group>
        <Button size="compact-sm" variant="default" onClick={() => onChange([...value, { id: '' }])}>
          {text.addAsset}
        </Button>
      </Group>
    </Stack>
  );
}
