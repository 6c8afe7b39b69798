/** The bulletin behind the link in a mail. The token is after the # of the address, so that it reaches no log. */
import { followBulletin } from '@custos/contract';
import { Alert, Center, Paper, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { Markdown } from '../../parts/markdown.tsx';
import { Note } from '../../parts/note.tsx';
import { Time } from '../../parts/time.tsx';
import { text } from './text.ts';

export function BulletinLinkPage() {
  const [token] = useState(() => window.location.hash.slice(1));
  const { data, error } = useQuery({
    queryKey: [followBulletin.id, token],
    queryFn: () => client.call(followBulletin, { body: { token } }),
    enabled: token.length >= 20,
    retry: false,
  });
  useDocumentTitle(`${data?.title ?? text.link.title} – Custos`);
  return (
    <Center component="main" p="md">
      <Paper withBorder p={{ base: 'md', sm: 'xl' }} w={820} maw="100%">
        <Stack>
          <Title order={1} size="h2">
            {data?.title ?? text.link.title}
          </Title>
          {token.length < 20 ? <Alert color="yellow">{text.link.none}</Alert> : null}
          {error ? <Failure error={error} /> : null}
          {token.length >= 20 && !data && !error ? <Skeleton height={200} /> : null}
          {data ? (
            <>
              <Text size="sm" c="dimmed">
                {data.organisation}, <Time at={data.sentAt} />
              </Text>
              <Markdown text={data.body} />
              {data.mitigation ? (
                <Note color="green" title={text.helps} role="note">
                  {data.mitigation}
                </Note>
              ) : null}
            </>
          ) : null}
        </Stack>
      </Paper>
    </Center>
  );
}
