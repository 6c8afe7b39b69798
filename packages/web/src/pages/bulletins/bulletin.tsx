/** One bulletin to read; opening it counts. For those who write them: whom it reached, and the draft's editor. */
import { getBulletin, openBulletin, type ResultOf } from '@custos/contract';
import { Anchor, SimpleGrid, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useEffect } from 'react';
import { client, queryClient } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { readVersioned } from '../../api/versioned.ts';
import { Await } from '../../parts/await.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Markdown } from '../../parts/markdown.tsx';
import { Note } from '../../parts/note.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { Composer } from './compose.tsx';
import { text } from './text.ts';

type Bulletin = ResultOf<typeof getBulletin>;

export function BulletinPage() {
  const { organisation, bulletin } = useParams({ from: '/shell/$organisation/bulletins/$bulletin' });
  const found = useQuery(readVersioned(getBulletin, { params: { organisation, bulletin } }));
  const manages = useStandingOn(organisation).may('training.manage');
  const { mutate: open } = useMutation({
    mutationFn: () => client.call(openBulletin, { params: { organisation, bulletin } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  const unread = found.data?.value.unread === true && found.data.value.state !== 'draft';
  useEffect(() => {
    if (unread) open();
  }, [unread, open]);
  const draft = found.data?.value.state === 'draft';
  return (
    <Page
      title={draft ? text.compose.edit : (found.data?.value.title ?? text.title)}
      actions={
        <Anchor
          renderRoot={(props) => <Link to="/$organisation/bulletins" params={{ organisation }} {...props} />}
        >
          {text.back}
        </Anchor>
      }
    >
      <Await query={found}>
        {({ value, etag = '' }) =>
          value.state === 'draft' && manages ? (
            <Composer organisation={organisation} id={bulletin} newest={{ value: textOf(value), etag }} />
          ) : (
            <Stack>
              <Text size="sm" c="dimmed">
                {text.by(value.writtenBy)}
                {value.sentAt ? (
                  <>
                    , <Time at={value.sentAt} />
                  </>
                ) : null}
              </Text>
              <Markdown text={value.body} />
              {value.mitigation ? (
                <Note color="green" title={text.helps} role="note" maw={760}>
                  {value.mitigation}
                </Note>
              ) : null}
              {value.sending ? <Sending sending={value.sending} /> : null}
            </Stack>
          )
        }
      </Await>
    </Page>
  );
}

/** What is written of a bulletin, without how it stands. */
function textOf({ title, body, threats, mitigationKnown, mitigation, audience }: Bulletin) {
  return { title, body, threats, mitigationKnown, mitigation, audience };
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function Sending({ sending }: { sending: NonNullable<Bulletin['sending']> }) {
  const facts = [
    [text.sending.addressed, sending.addressed],
    [text.sending.mailed, sending.mailed],
    [text.sending.opened, sending.opened],
    [text.sending.followed, sending.followed],
    [text.sending.reach, percent(sending.reach)],
    [text.sending.recorded, sending.recordedReach === undefined ? '–' : percent(sending.recordedReach)],
  ] as const;
  return (
    <Card title={text.sending.title}>
      <SimpleGrid cols={{ base: 2, sm: 3, md: 6 }}>
        {facts.map(([label, value]) => (
          <div key={label}>
            <Text size="xs" c="dimmed">
              {label}
            </Text>
            <Text fw={600} className="tabular">
              {value}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      {sending.measuredAt ? (
        <Text size="sm" c="dimmed">
          {text.sending.measured} <Time at={sending.measuredAt} />
        </Text>
      ) : null}
      <DataTable
        label={text.sending.title}
        minWidth={460}
        columns={[
          text.sending.way,
          text.sending.delivered,
          text.sending.waiting,
          text.sending.failed,
          text.sending.error,
        ]}
      >
        {sending.ways.map(({ kind, sent, waiting, failed, error }) => (
          <Table.Tr key={kind}>
            <Table.Td>{text.ways[kind]}</Table.Td>
            <Table.Td className="tabular">{sent}</Table.Td>
            <Table.Td className="tabular">{waiting}</Table.Td>
            <Table.Td className="tabular">{failed}</Table.Td>
            <Table.Td>{error}</Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Card>
  );
}
