/** What somebody signs in with, and their sessions. */
import {
  beginTotp,
  changePassword,
  confirmTotp,
  endOtherSessions,
  endSession,
  endTotp,
  getMe,
  getSecurity,
  linkSso,
  listSessions,
  newBackupCodes,
  type ResultOf,
  removePasskey,
} from '@custos/contract';
import {
  Alert,
  Badge,
  Button,
  Code,
  Group,
  Image,
  List,
  Modal,
  Paper,
  PasswordInput,
  SimpleGrid,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, type ReactNode, useState } from 'react';
import { renderSVG } from 'uqr';
import { client, queryClient, read } from '../../api/client.ts';
import { makePasskey, passkeysPossible } from '../../api/session.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { text } from './text.ts';

type Security = ResultOf<typeof getSecurity>;

export function AccountPage() {
  const me = useQuery(read(getMe, {}));
  const security = useQuery(read(getSecurity, {}));
  const locked = me.data?.organisations.filter((one) => one.locked).map(({ name }) => name) ?? [];
  return (
    <Page
      title={text.title}
      description={me.data ? `${me.data.person}. ${text.description}` : text.description}
    >
      {locked.length > 0 ? <Alert color="yellow">{text.locked(locked.join(', '))}</Alert> : null}
      <Await query={security}>
        {(data) =>
          data.method === 'sso' ? (
            <Alert color="blue">{text.sso}</Alert>
          ) : (
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              <Passkeys security={data} />
              {data.password ? <Totp on={data.totp} /> : null}
              {data.password ? <Password /> : null}
              <Connect />
            </SimpleGrid>
          )
        }
      </Await>
      <Sessions />
    </Page>
  );
}

function refresh(): Promise<void> {
  return queryClient.invalidateQueries();
}

function Card({ title, help, children }: { title: string; help?: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md" component="section">
      <Stack gap="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        {help === undefined ? null : (
          <Text size="sm" c="dimmed">
            {help}
          </Text>
        )}
        {children}
      </Stack>
    </Paper>
  );
}

function Passkeys({ security }: { security: Security }) {
  const [name, setName] = useState('');
  const adding = useMutation({
    mutationFn: () => makePasskey(name.trim()),
    onSuccess: () => {
      setName('');
      return refresh();
    },
  });
  const removing = useMutation({
    mutationFn: (passkey: string) => client.call(removePasskey, { params: { passkey } }),
    onSuccess: refresh,
  });
  return (
    <Card title={text.passkeys} help={text.passkeysHelp}>
      {security.passkeys.length === 0 ? <Text size="sm">{text.noPasskeys}</Text> : null}
      <List listStyleType="none" spacing="xs">
        {security.passkeys.map((passkey) => (
          <List.Item
            key={passkey.id}
            styles={{ itemWrapper: { width: '100%' }, itemLabel: { width: '100%' } }}
          >
            <Group justify="space-between" wrap="nowrap">
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {passkey.name}, <Time at={passkey.createdAt} />
              </Text>
              <Button
                size="xs"
                variant="default"
                aria-label={text.removePasskey(passkey.name)}
                onClick={() => removing.mutate(passkey.id)}
              >
                {text.remove}
              </Button>
            </Group>
          </List.Item>
        ))}
      </List>
      {removing.error ? <Failure error={removing.error} /> : null}
      {passkeysPossible() ? (
        <form onSubmit={onSubmit(() => adding.mutate())}>
          <Stack gap="sm">
            <TextInput
              label={text.passkeyName}
              description={text.passkeyNameHelp}
              required
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            {adding.error ? <Failure error={adding.error} /> : null}
            <Group>
              <Button type="submit" loading={adding.isPending}>
                {text.addPasskey}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : null}
    </Card>
  );
}

function onSubmit(act: () => void) {
  return (event: FormEvent) => {
    event.preventDefault();
    act();
  };
}

type Step = 'begin' | 'end' | 'codes';

function Totp({ on }: { on: boolean }) {
  const [step, setStep] = useState<Step>();
  const [begun, setBegun] = useState<ResultOf<typeof beginTotp>>();
  const [codes, setCodes] = useState<readonly string[]>();
  const close = () => setStep(undefined);
  const act = async (password: string): Promise<void> => {
    const body = { password };
    if (step === 'begin') setBegun(await client.call(beginTotp, { body }));
    else if (step === 'codes') setCodes((await client.call(newBackupCodes, { body })).backupCodes);
    else await client.call(endTotp, { body });
    close();
    await refresh();
  };
  return (
    <Card title={text.totp} help={on ? text.totpOn : text.totpOff}>
      {begun ? (
        <ConfirmTotp
          uri={begun.uri}
          done={() => {
            setCodes(begun.backupCodes);
            setBegun(undefined);
            return refresh();
          }}
        />
      ) : (
        <Group>
          {on ? (
            <>
              <Button variant="default" onClick={() => setStep('codes')}>
                {text.backupNew}
              </Button>
              <Button variant="default" onClick={() => setStep('end')}>
                {text.totpEnd}
              </Button>
            </>
          ) : (
            <Button onClick={() => setStep('begin')}>{text.totpBegin}</Button>
          )}
        </Group>
      )}
      {step ? <AskPassword act={act} close={close} /> : null}
      <Modal
        opened={codes !== undefined && begun === undefined}
        onClose={() => setCodes(undefined)}
        title={text.backupTitle}
        closeButtonProps={{ 'aria-label': text.done }}
      >
        <Stack>
          <Text size="sm">{text.backupHelp}</Text>
          <Code block>{codes?.join('\n')}</Code>
          <Button onClick={() => setCodes(undefined)}>{text.done}</Button>
        </Stack>
      </Modal>
    </Card>
  );
}

function ConfirmTotp({ uri, done }: { uri: string; done: () => Promise<void> }) {
  const [code, setCode] = useState('');
  const confirming = useMutation({
    mutationFn: () => client.call(confirmTotp, { body: { code } }),
    onSuccess: done,
  });
  const picture = `data:image/svg+xml,${encodeURIComponent(renderSVG(uri, { border: 2 }))}`;
  return (
    <form onSubmit={onSubmit(() => confirming.mutate())}>
      <Stack gap="sm">
        <Text size="sm">{text.totpScan}</Text>
        <Image src={picture} alt={text.totpPicture} w={200} h={200} bg="white" />
        <Text size="sm">
          {text.totpKey}:{' '}
          <Code style={{ overflowWrap: 'anywhere' }}>{new URL(uri).searchParams.get('secret')}</Code>
        </Text>
        <TextInput
          label={text.totpCode}
          inputMode="numeric"
          autoComplete="one-time-code"
          required
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {confirming.error ? <Failure error={confirming.error} /> : null}
        <Group>
          <Button type="submit" loading={confirming.isPending}>
            {text.totpConfirm}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function AskPassword({ act, close }: { act: (password: string) => Promise<void>; close: () => void }) {
  const [password, setPassword] = useState('');
  const acting = useMutation({ mutationFn: () => act(password) });
  return (
    <Modal opened onClose={close} title={text.confirmWith} closeButtonProps={{ 'aria-label': text.cancel }}>
      <form onSubmit={onSubmit(() => acting.mutate())}>
        <Stack>
          <PasswordInput
            label={text.currentPassword}
            autoComplete="current-password"
            required
            data-autofocus
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {acting.error ? <Failure error={acting.error} /> : null}
          <Button type="submit" loading={acting.isPending}>
            {text.go}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

function Password() {
  const [currentPassword, setCurrent] = useState('');
  const [newPassword, setNew] = useState('');
  const changing = useMutation({
    mutationFn: () => client.call(changePassword, { body: { currentPassword, newPassword } }),
    onSuccess: () => {
      setCurrent('');
      setNew('');
      notifications.show({ message: text.passwordChanged });
      return refresh();
    },
  });
  return (
    <Card title={text.password} help={text.passwordHelp}>
      <form onSubmit={onSubmit(() => changing.mutate())}>
        <Stack gap="sm">
          <PasswordInput
            label={text.currentPassword}
            autoComplete="current-password"
            required
            value={currentPassword}
            onChange={(event) => setCurrent(event.currentTarget.value)}
          />
          <PasswordInput
            label={text.newPassword}
            autoComplete="new-password"
            required
            minLength={12}
            value={newPassword}
            onChange={(event) => setNew(event.currentTarget.value)}
          />
          {changing.error ? <Failure error={changing.error} /> : null}
          <Group>
            <Button type="submit" loading={changing.isPending}>
              {text.changePassword}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function Connect() {
  const [organisation, setOrganisation] = useState('');
  const connecting = useMutation({
    mutationFn: () => client.call(linkSso, { body: { organisation: organisation.trim().toLowerCase() } }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <Card title={text.connect} help={text.connectHelp}>
      <form onSubmit={onSubmit(() => connecting.mutate())}>
        <Stack gap="sm">
          <TextInput
            label={text.connectOrganisation}
            description={text.connectOrganisationHelp}
            required
            value={organisation}
            onChange={(event) => setOrganisation(event.currentTarget.value)}
          />
          {connecting.error ? <Failure error={connecting.error} /> : null}
          <Group>
            <Button type="submit" loading={connecting.isPending}>
              {text.connectGo}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  );
}

function Sessions() {
  const sessions = useQuery(read(listSessions, {}));
  const ending = useMutation({
    mutationFn: (session: string | undefined) =>
      session === undefined
        ? client.call(endOtherSessions, {})
        : client.call(endSession, { params: { session } }),
    onSuccess: refresh,
  });
  return (
    <Card title={text.sessions} help={text.sessionsHelp}>
      <Await query={sessions}>
        {({ items }) => (
          <>
            <Table.ScrollContainer
              minWidth={560}
              scrollAreaProps={{
                viewportProps: { tabIndex: 0, 'aria-label': text.sessions, role: 'region' },
              }}
            >
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{text.sessionColumns.where}</Table.Th>
                    <Table.Th>{text.sessionColumns.how}</Table.Th>
                    <Table.Th>{text.sessionColumns.used}</Table.Th>
                    <Table.Td />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((session) => (
                    <Table.Tr key={session.id}>
                      <Table.Td>
                        <Text size="sm">{session.address}</Text>
                        <Text size="xs" c="dimmed" lineClamp={1} title={session.agent}>
                          {session.agent}
                        </Text>
                      </Table.Td>
                      <Table.Td>{text.methods[session.method] ?? session.method}</Table.Td>
                      <Table.Td>
                        <Time at={session.usedAt} />
                      </Table.Td>
                      <Table.Td>
                        {session.current ? (
                          <Badge variant="default" tt="none">
                            {text.thisOne}
                          </Badge>
                        ) : (
                          <Button
                            size="xs"
                            variant="default"
                            aria-label={text.endSession(session.address)}
                            onClick={() => ending.mutate(session.id)}
                          >
                            {text.end}
                          </Button>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            {ending.error ? <Failure error={ending.error} /> : null}
            {items.length > 1 ? (
              <Group>
                <Button variant="default" onClick={() => ending.mutate(undefined)}>
                  {text.endOthers}
                </Button>
              </Group>
            ) : null}
          </>
        )}
      </Await>
    </Card>
  );
}
