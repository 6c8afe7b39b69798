/** The frame around every page: where one is, where one can go, who one is. */

import { getMe } from '@custos/contract';
import {
  Anchor,
  AppShell,
  Burger,
  Button,
  Group,
  NavLink,
  Text,
  Title,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useParams } from '@tanstack/react-router';
import { queryClient, read } from './api/client.ts';
import { signOut } from './api/session.ts';

export function Shell() {
  const [open, { toggle, close }] = useDisclosure(false);
  const { data: me } = useSuspenseQuery(read(getMe, {}));
  const { organisation } = useParams({ strict: false });
  const current = me.organisations.find((one) => one.id === organisation) ?? me.organisations[0];
  const { toggleColorScheme } = useMantineColorScheme();
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 240, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding="md"
    >
      <Anchor href="#main" className="skip-link">
        Skip to content
      </Anchor>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap">
            <Burger
              opened={open}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={open ? 'Close menu' : 'Open menu'}
            />
            <Title order={1} size="h4" textWrap="nowrap">
              Custos
            </Title>
            <Text c="dimmed" size="sm" visibleFrom="xs" truncate>
              {current?.name}
            </Text>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <Text size="sm" visibleFrom="md">
              {me.name}
            </Text>
            <Button size="xs" variant="default" onClick={toggleColorScheme}>
              Light or dark
            </Button>
            <Button
              size="xs"
              variant="default"
              onClick={async () => {
                await signOut();
                queryClient.clear();
                window.location.assign('/sign-in');
              }}
            >
              Sign out
            </Button>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label="Main">
        {current ? (
          <>
            <NavLink
              label="Home"
              renderRoot={(props) => (
                <Link
                  to="/$organisation"
                  params={{ organisation: current.id }}
                  activeOptions={{ exact: true }}
                  {...props}
                />
              )}
              onClick={close}
            />
            <NavLink
              label="Systems"
              renderRoot={(props) => (
                <Link to="/$organisation/systems" params={{ organisation: current.id }} {...props} />
              )}
              onClick={close}
            />
          </>
        ) : null}
      </AppShell.Navbar>
      <AppShell.Main id="main">
        <Outlet />
      </AppShell.Main>
    </AppShell>
  );
}
