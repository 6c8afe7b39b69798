/** Writing a bulletin, with a preview that shows what readers will see. */
import {
  createBulletin,
  deleteBulletin,
  type getBulletin,
  getProgramme,
  listThreats,
  type ResultOf,
  sendBulletin,
  updateBulletin,
} from '@custos/contract';
import {
  Button,
  Checkbox,
  Group,
  MultiSelect,
  Paper,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Markdown } from '../../parts/markdown.tsx';
import { Note } from '../../parts/note.tsx';
import { Page } from '../../parts/page.tsx';
import { text } from './text.ts';

type Draft = Pick<
  ResultOf<typeof getBulletin>,
  'title' | 'body' | 'threats' | 'mitigationKnown' | 'mitigation' | 'audience'
> & { readonly id?: string; readonly etag?: string | undefined };

const EMPTY: Draft = { title: '', body: '', threats: [], mitigationKnown: false, audience: [] };

export function NewBulletinPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/bulletins/new' });
  const { threat } = useSearch({ from: '/shell/$organisation/bulletins/new' });
  const threats = useQuery(read(listThreats, { params: { organisation } }));
  return (
    <Page title={text.compose.title}>
      <Await query={threats}>
        {({ items }) => {
          const about = items.find(({ id }) => id === threat);
          const draft: Draft = about
            ? {
                ...EMPTY,
                title: about.title,
                body: text.compose.starter(about.title),
                threats: [about.id],
                mitigationKnown: about.mitigationKnown,
              }
            : EMPTY;
          return <Composer organisation={organisation} draft={draft} />;
        }}
      </Await>
    </Page>
  );
}

export function Composer({ organisation, draft }: { organisation: string; draft: Draft }) {
  const [values, setValues] = useState<Draft>(draft);
  const navigate = useNavigate();
  const threats = useQuery(read(listThreats, { params: { organisation } }));
  const programme = useQuery(read(getProgramme, { params: { organisation } }));
  const set = (part: Partial<Draft>) => setValues({ ...values, ...part });
  const { title, body, mitigation, mitigationKnown, audience } = values;
  const content = {
    title,
    body,
    threats: values.threats,
    mitigationKnown,
    ...(mitigation ? { mitigation } : {}),
    audience,
  };
  /** Saves, and gives the id and the version to go on with. */
  const save = async (): Promise<{ id: string; etag: string }> => {
    if (draft.id === undefined) {
      const { id } = await client.call(createBulletin, { params: { organisation }, body: content });
      return { id, etag: '"1"' };
    }
    const params = { organisation, bulletin: draft.id };
    const { etag } = await client.ask(
      updateBulletin,
      { params, body: content },
      draft.etag === undefined ? {} : { ifMatch: draft.etag },
    );
    return { id: draft.id, etag: etag ?? '' };
  };
  const show = async (id: string) => {
    await queryClient.invalidateQueries();
    await navigate({ to: '/$organisation/bulletins/$bulletin', params: { organisation, bulletin: id } });
  };
  const saving = useMutation({ mutationFn: save, onSuccess: ({ id }) => show(id) });
  const sending = useMutation({
    mutationFn: async () => {
      const { id, etag } = await save();
      try {
        await client.call(sendBulletin, { params: { organisation, bulletin: id } }, { ifMatch: etag });
      } finally {
        await show(id);
      }
    },
  });
  const removing = useMutation({
    mutationFn: () =>
      client.call(
        deleteBulletin,
        { params: { organisation, bulletin: draft.id ?? '' } },
        draft.etag === undefined ? {} : { ifMatch: draft.etag },
      ),
    onSuccess: async () => {
      await navigate({ to: '/$organisation/bulletins', params: { organisation } });
      await queryClient.invalidateQueries();
    },
  });
  const error = saving.error ?? sending.error ?? removing.error;
  const roles = (programme.data?.curricula ?? []).map(({ role }) => role).filter((role) => role !== 'staff');
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Stack>
          <TextInput
            label={text.compose.name}
            required
            minLength={5}
            maxLength={150}
            value={title}
            onChange={(event) => set({ title: event.currentTarget.value })}
          />
          <Textarea
            label={text.compose.body}
            required
            minLength={20}
            autosize
            minRows={10}
            maxRows={30}
            value={body}
            onChange={(event) => set({ body: event.currentTarget.value })}
          />
          <MultiSelect
            label={text.compose.threats}
            data={(threats.data?.items ?? []).map(({ id, title: name }) => ({
              value: id,
              label: `${id}: ${name}`,
            }))}
            value={values.threats}
            onChange={(chosen) => set({ threats: chosen })}
            searchable
          />
          <Checkbox
            label={text.compose.mitigationKnown}
            checked={mitigationKnown}
            onChange={(event) => set({ mitigationKnown: event.currentTarget.checked })}
          />
          {mitigationKnown ? (
            <Textarea
              label={text.compose.mitigation}
              required
              minLength={20}
              autosize
              value={mitigation ?? ''}
              onChange={(event) => set({ mitigation: event.currentTarget.value })}
            />
          ) : null}
          <TagsInput
            label={text.compose.audience}
            description={text.compose.everybody}
            data={roles}
            value={audience}
            onChange={(chosen) => set({ audience: chosen })}
          />
          {error ? <Failure error={error} /> : null}
          <Group>
            <Button type="submit" variant="default" loading={saving.isPending}>
              {text.compose.save}
            </Button>
            <Button loading={sending.isPending} onClick={() => sending.mutate()}>
              {text.compose.send}
            </Button>
            {draft.id === undefined ? null : (
              <Button
                variant="subtle"
                color="red"
                loading={removing.isPending}
                onClick={() => removing.mutate()}
              >
                {text.compose.remove}
              </Button>
            )}
          </Group>
        </Stack>
        <Paper withBorder p="md" component="section" aria-label={text.compose.preview}>
          <Text size="xs" c="dimmed" mb="xs">
            {text.compose.preview}
          </Text>
          {title === '' ? null : (
            <Title order={2} size="h4">
              {title}
            </Title>
          )}
          <Markdown text={body} under={2} />
          {mitigationKnown && mitigation ? (
            <Note color="green" title={text.helps} role="note">
              {mitigation}
            </Note>
          ) : null}
        </Paper>
      </SimpleGrid>
    </form>
  );
}
