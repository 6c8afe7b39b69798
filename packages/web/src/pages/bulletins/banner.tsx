/** On every page: that a bulletin waits to be read. */
import { listBulletins } from '@custos/contract';
import { Alert, Anchor } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { read } from '../../api/client.ts';
import { text } from './text.ts';

export function BulletinBanner({ organisation }: { organisation: string }) {
  const { data } = useQuery({
    ...read(listBulletins, { params: { organisation }, query: { limit: 10 } }),
    staleTime: 300_000,
  });
  const first = data?.items.find(({ unread }) => unread);
  if (!first) return null;
  return (
    <Alert color="yellow" mb="md" py="xs" role="status" className="no-print">
      {text.banner(first.title)}{' '}
      <Anchor
        size="sm"
        c="inherit"
        underline="always"
        renderRoot={(props) => (
          <Link
            to="/$organisation/bulletins/$bulletin"
            params={{ organisation, bulletin: first.id }}
            {...props}
          />
        )}
      >
        {text.read}
      </Anchor>
    </Alert>
  );
}
