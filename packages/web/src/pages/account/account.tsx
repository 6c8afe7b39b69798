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
  PasswordInput,
  SimpleGrid,
  Stack,
  Table,
  Text,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { renderSVG } from 'uqr';
import { client, queryClient, read } from '../../api/client.ts';
import { makePasskey, passkeysPossible } from '../../api/session.ts';
import { Await } from '../../parts/await.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Dialog } from '../../parts/dialog.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Cancel, Form } from '../../parts/form.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
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

function Passkeys({ security }: { security: Security }) {
  const [name, setName] = useState('');
  const adding = useMutation({
    mutationFn: () => makePasskey(name.trim()),
    onSuccess: () => {
      setName('');
      return refresh();
    },
  });
  const [removing, setRemoving] = useState<Security['passkeys'][number]>();
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
                onClick={() => setRemoving(passkey)}
              >
                {text.remove}
              </Button>
            </Group>
          </List.Item>
        ))}
      </List>
      {removing ? (
        <FormDialog
          title={`${text.removePasskey(removing.name)}?`}
          help={text.removePasskeyHelp}
          submit={text.remove}
          done={text.passkeyRemoved}
          size="md"
          danger
          close={() => setRemoving(undefined)}
          run={() => client.call(removePasskey, { params: { passkey: removing.id } })}
        />
      ) : null}
      {passkeysPossible() ? (
        <Form run={adding} submit={text.addPasskey}>
          <TextInput
            label={text.passkeyName}
            description={text.passkeyNameHelp}
            required
            maxLength={100}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        </Form>
      ) : null}
    </Card>
  );
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
    // What comes next takes the focus.
    close();
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
          cancel={() => setBegun(undefined)}
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
      {step ? <AskPassword act={act} done={text.confirmed[step]} close={close} /> : null}
      {codes && begun === undefined ? (
        <Dialog title={text.backupTitle} size="md" byButtonOnly close={() => setCodes(undefined)}>
          <Stack>
            <Text size="sm">{text.backupHelp}</Text>
            <Code block>{codes.join('\n')}</Code>
            <Button onClick={() => setCodes(undefined)}>{text.done}</Button>
          </Stack>
        </Dialog>
      ) : null}
    </Card>
  );
}

function ConfirmTotp({ uri, done, cancel }: { uri: string; done: () => Promise<void>; cancel: () => void }) {
  const [code, setCode] = useState('');
  const confirming = useMutation({
    mutationFn: () => client.call(confirmTotp, { body: { code } }),
    onSuccess: done,
  });
  const picture = `data:image/svg+xml,${encodeURIComponent(renderSVG(uri, { border: 2 }))}`;
  return (
    <Form run={confirming} submit={text.totpConfirm} cancel={<Cancel close={cancel} />}>
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
    </Form>
  );
}

function AskPassword({
  act,
  done,
  close,
}: {
  act: (password: string) => Promise<void>;
  done: string;
  close: () => void;
}) {
  const [password, setPassword] = useState('');
  return (
    <FormDialog
      title={text.confirmWith}
      submit={text.go}
      done={done}
      size="md"
      close={close}
      run={() => act(password)}
    >
      <PasswordInput
        label={text.currentPassword}
        autoComplete="current-password"
        required
        data-autofocus
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </FormDialog>
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
      <Form run={changing} submit={text.changePassword}>
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
      </Form>
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
      <Form run={connecting} submit={text.connectGo}>
        <TextInput
          label={text.connectOrganisation}
          description={text.connectOrganisationHelp}
          required
          value={organisation}
          onChange={(event) => setOrganisation(event.currentTarget.value)}
        />
      </Form>
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
            <DataTable
              label={text.sessions}
              minWidth={560}
              columns={[text.sessionColumns.where, text.sessionColumns.how, text.sessionColumns.used, '']}
            >
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
            </DataTable>
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
