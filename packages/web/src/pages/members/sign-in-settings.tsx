/** How people of the organisation sign in: second factor, single sign-on, groups and roles. */
import { GroupMapping, getSignIn, type ResultOf, setSignIn } from '@custos/contract';
import {
  Button,
  Code,
  Fieldset,
  Group,
  PasswordInput,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, queryClient } from '../../api/client.ts';
import { readVersioned } from '../../api/versioned.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { text as all } from './text.ts';

const text = all.signIn;
type Settings = ResultOf<typeof getSignIn>;

export function SignInSettings({ organisation }: { organisation: string }) {
  const settings = useQuery(readVersioned(getSignIn, { params: { organisation } }));
  return (
    <Await query={settings}>
      {({ value, etag }) => (
        <Form key={etag} organisation={organisation} settings={value} etag={etag ?? ''} />
      )}
    </Await>
  );
}

/** `group = role` or `group = system/role`, a line each. */
function write(mappings: readonly GroupMapping[]): string {
  return mappings
    .map((one) => `${one.group} = ${'role' in one ? one.role : `${one.system}/${one.systemRole}`}`)
    .join('\n');
}

/** @throws Error that names the line */
function parse(lines: string): GroupMapping[] {
  return lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const at = line.lastIndexOf('=');
      const [group, right] = [line.slice(0, at).trim(), line.slice(at + 1).trim()];
      const [system, systemRole] = right.split('/');
      const parsed = GroupMapping.safeParse(
        systemRole === undefined ? { group, role: right } : { group, system, systemRole },
      );
      if (at > 0 && parsed.success) return parsed.data;
      throw new Error(text.mappingWrong(line));
    });
}

function Form({ organisation, settings, etag }: { organisation: string; settings: Settings; etag: string }) {
  const [secondFactor, setSecondFactor] = useState(settings.secondFactor);
  const [connected, setConnected] = useState(settings.sso !== null);
  const [issuer, setIssuer] = useState(settings.sso?.issuer ?? '');
  const [clientId, setClientId] = useState(settings.sso?.clientId ?? '');
  const [clientSecret, setClientSecret] = useState('');
  const [groupsClaim, setGroupsClaim] = useState(settings.sso?.groupsClaim ?? 'groups');
  const [trustEmail, setTrustEmail] = useState(settings.sso?.trustEmail ?? false);
  const [mappings, setMappings] = useState(write(settings.mappings));
  const saving = useMutation({
    mutationFn: () =>
      client.call(
        setSignIn,
        {
          params: { organisation },
          body: {
            secondFactor,
            sso: connected
              ? {
                  ...settings.sso,
                  issuer: issuer.trim(),
                  clientId: clientId.trim(),
                  groupsClaim,
                  trustEmail,
                }
              : null,
            mappings: parse(mappings),
            ...(clientSecret === '' ? {} : { clientSecret }),
          },
        },
        { ifMatch: etag },
      ),
    onSuccess: () => {
      notifications.show({ message: text.saved });
      return queryClient.invalidateQueries();
    },
  });
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        saving.mutate();
      }}
    >
      <Stack maw={720}>
        <Switch
          label={text.secondFactor}
          description={text.secondFactorHelp}
          checked={secondFactor}
          onChange={(event) => setSecondFactor(event.currentTarget.checked)}
        />
        <Switch
          label={text.sso}
          checked={connected}
          onChange={(event) => setConnected(event.currentTarget.checked)}
        />
        {connected ? (
          <Fieldset legend={text.sso}>
            <Stack>
              <Text size="sm">
                {text.redirectUri}: <Code style={{ overflowWrap: 'anywhere' }}>{settings.redirectUri}</Code>
              </Text>
              <TextInput
                label={text.issuer}
                description={text.issuerHelp}
                type="url"
                required
                value={issuer}
                onChange={(event) => setIssuer(event.currentTarget.value)}
              />
              <TextInput
                label={text.clientId}
                required
                value={clientId}
                onChange={(event) => setClientId(event.currentTarget.value)}
              />
              <PasswordInput
                label={text.clientSecret}
                description={settings.hasClientSecret ? text.clientSecretKept : undefined}
                autoComplete="off"
                value={clientSecret}
                onChange={(event) => setClientSecret(event.currentTarget.value)}
              />
              <TextInput
                label={text.groupsClaim}
                required
                value={groupsClaim}
                onChange={(event) => setGroupsClaim(event.currentTarget.value)}
              />
              <Switch
                label={text.trustEmail}
                checked={trustEmail}
                onChange={(event) => setTrustEmail(event.currentTarget.checked)}
              />
            </Stack>
          </Fieldset>
        ) : null}
        <Text size="sm">
          {text.scim}: <Code style={{ overflowWrap: 'anywhere' }}>{settings.scimUrl}</Code>
        </Text>
        <Textarea
          label={text.mappings}
          description={text.mappingsHelp}
          autosize
          minRows={3}
          value={mappings}
          onChange={(event) => setMappings(event.currentTarget.value)}
        />
        {saving.error ? <Failure error={saving.error} /> : null}
        <Group>
          <Button type="submit" loading={saving.isPending}>
            {text.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
