/** The frame around every page: where one is, where one can go, who one is. */

import { getMe, ProblemError } from '@custos/contract';
import {
  Anchor,
  AppShell,
  Box,
  Burger,
  Button,
  Group,
  Kbd,
  Menu,
  NavLink,
  ScrollArea,
  Text,
  UnstyledButton,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { openSpotlight } from '@mantine/spotlight';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useMatch, useNavigate, useParams } from '@tanstack/react-router';
import { messageOf, queryClient, read } from './api/client.ts';
import { signOut } from './api/session.ts';
import { BulletinBanner } from './pages/bulletins/banner.tsx';
import { useFocusOnNavigation } from './shell/focus.ts';
import { useLive } from './shell/live.ts';
import { type NavEntry, type NavSection, navFor } from './shell/nav.ts';
import { Palette } from './shell/palette.tsx';
import { ShortcutHelp, useShortcuts } from './shell/shortcuts.tsx';
import { text } from './shell/text.ts';

export function Shell() {
  const [open, { toggle, close }] = useDisclosure(false);
  const { data: me } = useSuspenseQuery(read(getMe, {}));
  const { organisation } = useParams({ strict: false });
  const current = me.organisations.find((one) => one.id === organisation) ?? me.organisations[0];
  const sections = current ? navFor(current.role) : [];
  const shortcuts = useShortcuts(current?.id ?? '', sections);
  useFocusOnNavigation();
  // A report without a name is an event, too: reading again at once, under a name, would tell whose console was open.
  const reporting =
    useMatch({ from: '/shell/$organisation/report-a-risk', shouldThrow: false }) !== undefined;
  useLive(reporting ? undefined : current?.id);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !open } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <Anchor href="#main" className="skip-link">
        {text.skip}
      </Anchor>
      <AppShell.Header px="md">
        <Group h="100%" justify="space-between" wrap="nowrap" gap="xs">
          <Group wrap="nowrap" gap="sm" miw={0}>
            <Burger
              opened={open}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={open ? text.closeMenu : text.openMenu}
            />
            <Anchor fw={700} c="inherit" underline="never" renderRoot={(props) => <Link to="/" {...props} />}>
              {text.product}
            </Anchor>
            {current ? <Organisations me={me} current={current} /> : null}
          </Group>
          <Group gap="xs" wrap="nowrap">
            {current ? (
              <Button
                size="xs"
                variant="default"
                onClick={openSpotlight}
                rightSection={
                  <Box component="span" visibleFrom="md" aria-hidden>
                    <Kbd size="xs">Ctrl</Kbd> <Kbd size="xs">K</Kbd>
                  </Box>
                }
              >
                {text.find}
              </Button>
            ) : null}
            <AccountMenu name={me.name} showShortcuts={shortcuts.open} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label={text.mainNavigation}>
        <ScrollArea type="auto" h="100%">
          {current ? <Sections organisation={current.id} sections={sections} close={close} /> : null}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main id="main" tabIndex={-1} style={{ outline: 'none' }}>
        {current ? <BulletinBanner organisation={current.id} /> : null}
        <Outlet />
      </AppShell.Main>
      {current ? <Palette organisation={current.id} sections={sections} /> : null}
      <ShortcutHelp {...shortcuts} />
    </AppShell>
  );
}

function Sections({
  organisation,
  sections,
  close,
}: {
  organisation: string;
  sections: readonly NavSection[];
  close: () => void;
}) {
  return sections.map(({ label, entries }) => (
    <Box key={label} component="section" aria-label={label} mb="sm">
      <Text size="xs" c="dimmed" fw={600} px="sm" py={4}>
        {label}
      </Text>
      {entries.map((entry) => (
        <NavLink
          key={entry.to}
          label={entry.label}
          py={6}
          onClick={close}
          style={{ borderRadius: 'var(--mantine-radius-sm)' }}
          renderRoot={(props) => (
            <Link
              to={entry.to}
              params={{ organisation }}
              activeOptions={{ exact: leadsFurther(entry, sections) }}
              activeProps={{ 'data-active': true, 'aria-current': 'page' }}
              {...props}
            />
          )}
        />
      ))}
    </Box>
  ));
}

/** Another entry stands for a page below it: being there is not being here. */
function leadsFurther({ to }: NavEntry, sections: readonly NavSection[]): boolean {
  return sections.some(({ entries }) => entries.some((other) => other.to.startsWith(`${to}/`)));
}

interface Known {
  readonly organisations: readonly { readonly id: string; readonly name: string }[];
}

function Organisations({ me, current }: { me: Known; current: Known['organisations'][number] }) {
  const navigate = useNavigate();
  if (me.organisations.length < 2)
    return (
      <Text c="dimmed" size="sm" truncate>
        {current.name}
      </Text>
    );
  return (
    <Menu>
      <Menu.Target>
        <Button variant="subtle" size="compact-sm" aria-label={text.switchOrganisation(current.name)}>
          {current.name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{text.organisation}</Menu.Label>
        {me.organisations.map(({ id, name }) => (
          <Menu.Item
            key={id}
            {...(id === current.id ? { 'aria-current': true } : {})}
            onClick={() => void navigate({ to: '/$organisation', params: { organisation: id } })}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function AccountMenu({ name, showShortcuts }: { name: string; showShortcuts: () => void }) {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme() === 'dark';
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <UnstyledButton aria-label={text.you(name)} px={4}>
          <Text size="sm" maw={160} truncate>
            {name} <span aria-hidden>▾</span>
          </Text>
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item renderRoot={(props) => <Link to="/account" {...props} />}>{text.account}</Menu.Item>
        <Menu.Item onClick={() => setColorScheme(dark ? 'light' : 'dark')}>
          {dark ? text.toLight : text.toDark}
        </Menu.Item>
        <Menu.Item onClick={showShortcuts} rightSection={<Kbd size="xs">?</Kbd>}>
          {text.shortcuts}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void leave()}>{text.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

async function leave(): Promise<void> {
  try {
    await signOut();
  } catch (error) {
    // A session that has ended is what was asked for; every other one is still open.
    if (!(error instanceof ProblemError && error.problem.status === 401)) {
      notifications.show({
        title: text.stillSignedIn,
        message: messageOf(error),
        color: 'red',
        autoClose: false,
      });
      return;
    }
  }
  queryClient.clear();
  window.location.assign('/sign-in');
}
