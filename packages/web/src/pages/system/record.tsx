/** Recording an observation by hand, in a form made from the schema of its kind. */

import { recordObservations } from '@custos/contract';
import { isPredicateName, ONLY_BY_CUSTOS, type PredicateName, predicates, Role } from '@custos/core';
import { Button, Group, Modal, Select, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, queryClient } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { completed, SchemaFields, schemaOf } from '../../parts/schema-form.tsx';
import { ROLE, words } from '../../parts/words.ts';
import { useStanding, useSystemParams } from './data.ts';
import { text } from './text.ts';

const TOOL = 'tool';
const TYPES = Object.keys(predicates)
  .filter(isPredicateName)
  .filter((name) => !ONLY_BY_CUSTOS.has(name))
  .sort()
  .map((value) => ({ value, label: words(value) }));

export function RecordModal({
  opened,
  close,
  type,
  start = {},
}: {
  opened: boolean;
  close: () => void;
  /** Preset; without it one chooses. */
  type?: PredicateName | undefined;
  /** Fields that are known already. */
  start?: Readonly<Record<string, string>>;
}) {
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={text.record.title}
      size="lg"
      closeButtonProps={{ 'aria-label': text.why.close }}
    >
      {opened ? <RecordForm type={type} start={start} close={close} /> : null}
    </Modal>
  );
}

function RecordForm({
  type: preset,
  start,
  close,
}: {
  type: PredicateName | undefined;
  start: Readonly<Record<string, string>>;
  close: () => void;
}) {
  const params = useSystemParams();
  const { speaks } = useStanding();
  const [type, setType] = useState(preset);
  const [speaker, setSpeaker] = useState<string>(speaks[0] ?? TOOL);
  const [tool, setTool] = useState({ name: '', version: '' });
  const [validUntil, setValidUntil] = useState('');
  const [content, setContent] = useState<unknown>(start);
  const schema = type ? schemaOf(predicates[type]) : undefined;
  const role = Role.safeParse(speaker).data;
  const recording = useMutation({
    mutationFn: () =>
      client.call(recordObservations, {
        params,
        body: {
          observations: [
            {
              type: type ?? '',
              content: completed(schema, content),
              ...(role ? { role } : {}),
              ...(speaker === TOOL ? { producer: tool } : {}),
              ...(validUntil === '' ? {} : { validUntil: new Date(validUntil).toISOString() }),
            },
          ],
        },
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries();
      notifications.show({ message: text.record.recorded, color: 'green' });
      close();
    },
  });
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        recording.mutate();
      }}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {text.record.help}
        </Text>
        <Select
          label={text.record.type}
          data={TYPES}
          searchable
          required
          value={type ?? null}
          onChange={(value) => {
            setType(value !== null && isPredicateName(value) ? value : undefined);
            setContent(start);
          }}
        />
        <Select
          label={text.record.speaker}
          data={[
            ...speaks.map((value) => ({ value, label: ROLE[value] })),
            { value: TOOL, label: text.record.asTool },
          ]}
          required
          allowDeselect={false}
          value={speaker}
          onChange={(value) => setSpeaker(value ?? TOOL)}
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
        <TextInput
          type="datetime-local"
          label={text.record.validUntil}
          value={validUntil}
          onChange={(event) => setValidUntil(event.currentTarget.value)}
        />
        {recording.error ? <Failure error={recording.error} /> : null}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {text.record.cancel}
          </Button>
          <Button type="submit" loading={recording.isPending} disabled={type === undefined}>
            {text.record.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
