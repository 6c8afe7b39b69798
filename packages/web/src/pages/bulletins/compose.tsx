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
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { client, messageOf, queryClient, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { DraftForm, useDraft, type Version } from '../../parts/draft.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Markdown } from '../../parts/markdown.tsx';
import { Note } from '../../parts/note.tsx';
import { Page } from '../../parts/page.tsx';
import { text } from './text.ts';

type Written = Pick<
  ResultOf<typeof getBulletin>,
  'title' | 'body' | 'threats' | 'mitigationKnown' | 'mitigation' | 'audience'
>;

const EMPTY: Written = { title: '', body: '', threats: [], mitigationKnown: false, audience: [] };

export function NewBulletinPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/bulletins/new' });
  const { threat } = useSearch({ from: '/shell/$organisation/bulletins/new' });
  const threats = useQuery(read(listThreats, { params: { organisation } }));
  return (
    <Page title={text.compose.title}>
      <Await query={threats}>
        {({ items }) => {
          const about = items.find(({ id }) => id === threat);
          const value: Written = about
            ? {
                ...EMPTY,
                title: about.title,
                body: text.compose.starter(about.title),
                threats: [about.id],
                mitigationKnown: about.mitigationKnown,
              }
            : EMPTY;
          return <Composer organisation={organisation} newest={{ value, etag: '' }} />;
        }}
      </Await>
    </Page>
  );
}

export function Composer({
  organisation,
  id,
  newest,
}: {
  organisation: string;
  /** Absent: it is not kept yet. */
  id?: string;
  newest: Version<Written>;
}) {
  const navigate = useNavigate();
  const threats = useQuery(read(listThreats, { params: { organisation } }));
  const programme = useQuery(read(getProgramme, { params: { organisation } }));
  const write = async (given: Written, ifMatch: string): Promise<{ id: string; etag: string }> => {
    const { mitigation: helps, ...said } = given;
    const body = { ...said, ...(helps ? { mitigation: helps } : {}) };
    if (id === undefined) {
      const made = await client.call(createBulletin, { params: { organisation }, body });
      return { id: made.id, etag: '"1"' };
    }
    const params = { organisation, bulletin: id };
    const { etag } = await client.ask(updateBulletin, { params, body }, { ifMatch });
    return { id, etag: etag ?? '' };
  };
  const show = (bulletin: string) =>
    navigate({ to: '/$organisation/bulletins/$bulletin', params: { organisation, bulletin } });
  const draft = useDraft(newest, async (given, ifMatch) => show((await write(given, ifMatch)).id), {
    say: text.compose.saved,
  });
  const sending = useMutation({
    mutationFn: async () => {
      const saved = await write(draft.value, draft.etag);
      const params = { organisation, bulletin: saved.id };
      try {
        await client.call(sendBulletin, { params }, { ifMatch: saved.etag });
      } catch (error) {
        // The draft is kept and shown; why it did not go out would be lost with this form.
        notifications.show({
          title: text.compose.notSent,
          message: messageOf(error),
          color: 'red',
          autoClose: false,
        });
      }
      await queryClient.invalidateQueries();
      draft.forget();
      await show(saved.id);
    },
    onError: () => queryClient.invalidateQueries(),
  });
  const removing = useMutation({
    mutationFn: () =>
      client.call(deleteBulletin, { params: { organisation, bulletin: id ?? '' } }, { ifMatch: draft.etag }),
    onSuccess: async () => {
      await navigate({ to: '/$organisation/bulletins', params: { organisation } });
      await queryClient.invalidateQueries();
    },
    onError: () => queryClient.invalidateQueries(),
  });
  const { title, body, mitigation, mitigationKnown, audience } = draft.value;
  const set = (part: Partial<Written>) => draft.set({ ...draft.value, ...part });
  const roles = (programme.data?.curricula ?? []).map(({ role }) => role).filter((role) => role !== 'staff');
  return (
    <SimpleGrid cols={{ base: 1, md: 2 }}>
      <Stack>
        <DraftForm
          draft={draft}
          also={sending}
          submit={text.compose.save}
          quiet
          beside={
            <>
              <Button loading={sending.isPending} onClick={() => sending.mutate()}>
                {text.compose.send}
              </Button>
              {id === undefined ? null : (
                <Button
                  variant="subtle"
                  color="red"
                  loading={removing.isPending}
                  onClick={() => removing.mutate()}
                >
                  {text.compose.remove}
                </Button>
              )}
            </>
          }
        >
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
            value={draft.value.threats}
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
        </DraftForm>
        {removing.error ? <Failure error={removing.error} /> : null}
      </Stack>
      <Paper withBorder p="md" component="section" aria-label={text.compose.preview}>
        <Text size="xs" c="dimmed" mb="xs">
          {text.compose.preview}
        </Text>
        {title === '' ? null : <Title order={2}>{title}</Title>}
        <Markdown text={body} under={2} />
        {mitigationKnown && mitigation ? (
          <Note color="green" title={text.helps} role="note">
            {mitigation}
          </Note>
        ) : null}
      </Paper>
    </SimpleGrid>
  );
}
