/** Recording an observation by hand, in a form made from the schema of its kind. */
import { recordObservations } from '@custos/contract';
import { type PredicateName, predicates } from '@custos/core';
import { Group, Select, TextInput } from '@mantine/core';
import { useState } from 'react';
import { client } from '../../api/client.ts';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { completed, SchemaFields, schemaOf } from '../../parts/schema-form.tsx';
import { TimeField } from '../../parts/time-field.tsx';
import { ROLE, words } from '../../parts/words.ts';
import { useStanding, useSystemParams } from './data.ts';
import { isRecordable, RECORDABLE, speakersOf, TOOL } from './recordable.ts';
import { text } from './text.ts';

const TYPES = RECORDABLE.map((value) => ({ value, label: words(value) }));

export function RecordDialog({
  type: preset,
  start = {},
  close,
}: {
  /** Chosen already. */
  type?: PredicateName | undefined;
  /** Fields that are known already. */
  start?: Readonly<Record<string, string>>;
  close: () => void;
}) {
  const params = useSystemParams();
  const { speaks } = useStanding();
  const [type, setType] = useState(preset);
  const [chosen, setSpeaker] = useState<string>();
  const [tool, setTool] = useState({ name: '', version: '' });
  const [validUntil, setValidUntil] = useState<string>();
  const [content, setContent] = useState<unknown>(start);
  const schema = type ? schemaOf(predicates[type]) : undefined;
  const speakers = speakersOf(type, speaks);
  const speaker = speakers.find((one) => one === chosen) ?? speakers[0];
  return (
    <FormDialog
      title={text.record.title}
      help={text.record.help}
      submit={text.record.submit}
      done={text.record.recorded}
      close={close}
      disabled={type === undefined || speaker === undefined}
      run={() =>
        client.call(recordObservations, {
          params,
          body: {
            observations: [
              {
                type: type ?? '',
                content: completed(schema, content),
                ...(speaker === TOOL ? { producer: tool } : { role: speaker }),
                ...(validUntil === undefined ? {} : { validUntil }),
              },
            ],
          },
        })
      }
    >
      <Select
        label={text.record.type}
        data={TYPES}
        searchable
        required
        value={type ?? null}
        onChange={(value) => {
          setType(value !== null && isRecordable(value) ? value : undefined);
          setContent(start);
        }}
      />
      <Select
        label={text.record.speaker}
        error={speaker === undefined ? text.record.noSpeaker : undefined}
        data={speakers.map((value) => ({
          value,
          label: value === TOOL ? text.record.asTool : ROLE[value],
        }))}
        required
        allowDeselect={false}
        value={speaker ?? null}
        onChange={(value) => setSpeaker(value ?? undefined)}
      />
      {speaker === TOOL ? (
        <Group grow>
          <TextInput
            label={text.record.tool}
            required
            value={tool.name}
            onChange={(event) => setTool({ ...tool, name: event.currentTarget.value })}
          />
          <TextInput
            label={text.record.toolVersion}
            required
            value={tool.version}
            onChange={(event) => setTool({ ...tool, version: event.currentTarget.value })}
          />
        </Group>
      ) : null}
      {schema === undefined ? null : (
        <SchemaFields key={type ?? ''} schema={schema} value={content} onChange={setContent} />
      )}
      <TimeField label={text.record.validUntil} value={validUntil} onChange={setValidUntil} />
    </FormDialog>
  );
}
