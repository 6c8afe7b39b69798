/** Instead of a page: where there is none, and where one broke. */
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Failure } from './failure.tsx';
import { Page } from './page.tsx';

export function NotThere() {
  return (
    <Page title="There is no such page">
      <Text>The address is not one of Custos, or the link to it is old.</Text>
      <Home />
    </Page>
  );
}

/** Also what an update left behind: pages of the old version are gone from the service. */
export function Broken({ error }: { error: unknown }) {
  return (
    <Page title="This page can’t be shown">
      <Failure error={error} retry={() => window.location.reload()} />
      <Home />
    </Page>
  );
}

function Home() {
  return (
    <Text>
      <Anchor renderRoot={(props) => <Link to="/" {...props} />}>Home</Anchor>
    </Text>
  );
}
