/** Bulletins that came to me; for those who write them all, with their reach, and the ways by which they go. */
import {
  addBulletinChannel,
  getBulletinSettings,
  listBulletins,
  removeBulletinChannel,
  renewFeed,
} from '@custos/contract';
import { Anchor, Badge, Button, Code, Group, Paper, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { useStandingOn } from '../../api/standing.ts';
import { Await } from '../../parts/await.tsx';
import { Card } from '../../parts/card.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Form } from '../../parts/form.tsx';
import { Page } from '../../parts/page.tsx';
import { Pages } from '../../parts/pages.tsx';
import { Time } from '../../parts/time.tsx';
import { text } from './text.ts';

export function BulletinsPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/bulletins' });
  const manages = useStandingOn(organisation).may('training.manage');
  return (
    <Page
      title={text.title}
      description={text.description}
      actions={
        manages ? (
          <Button
            renderRoot={(props) => (
              <Link to="/$organisation/bulletins/new" params={{ organisation }} {...props} />
            )}
          >
            {text.write}
          </Button>
        ) : null
      }
    >
      <Items organisation={organisation} manages={manages} />
      <Settings organisation={organisation} manages={manages} />
    </Page>
  );
}

function Items({ organisation, manages }: { organisation: string; manages: boolean }) {
  const pages = usePages(listBulletins, { params: { organisation } });
  return (
    <Pages query={pages} more={text.more}>
      {(items) =>
        items.length === 0 ? (
          <Text>{manages ? text.noneManage : text.none}</Text>
        ) : (
          <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
            {items.map(({ id, title, state, sentAt, unread, reach }) => (
              <Paper key={id} component="li" withBorder p="md">
                <Group justify="space-between" gap="xs">
                  <Group gap="xs">
                    {unread ? (
                      <Badge color="custos.8" variant="filled" tt="none" autoContrast>
                        {text.unread}
                      </Badge>
                    ) : null}
                    <Anchor
                      fw={600}
                      renderRoot={(props) => (
                        <Link
                          to="/$organisation/bulletins/$bulletin"
                          params={{ organisation, bulletin: id }}
                          {...props}
                        />
                      )}
                    >
                      {title}
                    </Anchor>
                  </Group>
                  <Text size="sm" c="dimmed">
                    {text.states[state]}
                    {sentAt ? (
                      <>
                        , <Time at={sentAt} />
                      </>
                    ) : null}
                    {reach === undefined ? null : `, ${text.reach} ${Math.round(reach * 100)} %`}
                  </Text>
                </Group>
              </Paper>
            ))}
          </Stack>
        )
      }
    </Pages>
  );
}

function Settings({ organisation, manages }: { organisation: string; manages: boolean }) {
  const settings = useQuery(read(getBulletinSettings, { params: { organisation } }));
  const renewing = useMutation({
    mutationFn: () => client.call(renewFeed, { params: { organisation } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  const removing = useMutation({
    mutationFn: (channel: string) =>
      client.call(removeBulletinChannel, { params: { organisation, channel } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <Await query={settings}>
      {({ mail, feedUrl, needed, channels }) => (
        <Card title={text.settings.title}>
          <div>
            <Text fw={600} size="sm">
              {text.settings.feed}
            </Text>
            <Text size="sm" c="dimmed">
              {text.settings.feedHelp}
            </Text>
            <Code style={{ overflowWrap: 'anywhere' }}>{feedUrl}</Code>
          </div>
          {manages ? (
            <>
              <Group>
                <Button
                  size="xs"
                  variant="default"
                  loading={renewing.isPending}
                  onClick={() => renewing.mutate()}
                >
                  {text.settings.renew}
                </Button>
              </Group>
              <Text size="sm">
                {mail ? text.settings.mailOn : text.settings.mailOff} {text.settings.needed(needed)}
              </Text>
              <Text fw={600} size="sm">
                {text.settings.channels}
              </Text>
              {channels.length === 0 ? <Text size="sm">{text.settings.noChannels}</Text> : null}
              {channels.map(({ id, name, host }) => (
                <Group key={id} gap="sm">
                  <Text size="sm">
                    {name} ({host === '' ? text.settings.unknownHost : host})
                  </Text>
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={text.settings.remove(name)}
                    onClick={() => removing.mutate(id)}
                  >
                    ✕
                  </Button>
                </Group>
              ))}
              {removing.error ? <Failure error={removing.error} /> : null}
              <AddChannel organisation={organisation} />
            </>
          ) : null}
        </Card>
      )}
    </Await>
  );
}

function AddChannel({ organisation }: { organisation: string }) {
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const adding = useMutation({
    mutationFn: () => client.call(addBulletinChannel, { params: { organisation }, body: { name, url } }),
    onSuccess: () => {
      setName('');
      setUrl('');
      return queryClient.invalidateQueries();
    },
  });
  return (
    <Form run={adding} submit={text.settings.add}>
      <Group align="flex-end" gap="sm">
        <TextInput
          label={text.settings.name}
          required
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <TextInput
          label={text.settings.url}
          description={text.settings.urlHelp}
          required
          type="url"
          style={{ flex: '1 1 240px' }}
          value={url}
          onChange={(event) => setUrl(event.currentTarget.value)}
        />
      </Group>
    </Form>
  );
}
