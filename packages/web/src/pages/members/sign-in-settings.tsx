/** How people of the organisation sign in: second factor, single sign-on, groups and roles. */
import { GroupMapping, getSignIn, type ResultOf, setSignIn } from '@custos/contract';
import { Code, Fieldset, PasswordInput, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../api/client.ts';
import { readVersioned } from '../../api/versioned.ts';
import { Await } from '../../parts/await.tsx';
import { DraftForm, useDraft } from '../../parts/draft.tsx';
import { text as all } from './text.ts';

const text = all.signIn;
type SignIn = ResultOf<typeof getSignIn>;

export function SignInSettings({ organisation }: { organisation: string }) {
  const settings = useQuery(readVersioned(getSignIn, { params: { organisation } }));
  return (
    <Await query={settings}>
      {({ value, etag = '' }) => <Settings organisation={organisation} settings={value} etag={etag} />}
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

interface Fields {
  readonly secondFactor: boolean;
  readonly connected: boolean;
  readonly issuer: string;
  readonly clientId: string;
  readonly groupsClaim: string;
  readonly trustEmail: boolean;
  readonly mappings: string;
}

function fieldsOf({ secondFactor, sso, mappings }: SignIn): Fields {
  return {
    secondFactor,
    connected: sso !== null,
    issuer: sso?.issuer ?? '',
    clientId: sso?.clientId ?? '',
    groupsClaim: sso?.groupsClaim ?? 'groups',
    trustEmail: sso?.trustEmail ?? false,
    mappings: write(mappings),
  };
}

function Settings({
  organisation,
  settings,
  etag,
}: {
  organisation: string;
  settings: SignIn;
  etag: string;
}) {
  // Beside the draft: a conflict shows what is in the draft.
  const [clientSecret, setClientSecret] = useState('');
  const draft = useDraft(
    { value: fieldsOf(settings), etag },
    async ({ secondFactor, connected, issuer, clientId, groupsClaim, trustEmail, mappings }, ifMatch) => {
      const sso = {
        ...settings.sso,
        issuer: issuer.trim(),
        clientId: clientId.trim(),
        groupsClaim,
        trustEmail,
      };
      return client.call(
        setSignIn,
        {
          params: { organisation },
          body: {
            secondFactor,
            sso: connected ? sso : null,
            mappings: parse(mappings),
            ...(clientSecret === '' ? {} : { clientSecret }),
          },
        },
        { ifMatch },
      );
    },
    { say: text.saved, close: () => setClientSecret('') },
  );
  const { secondFactor, connected, issuer, clientId, groupsClaim, trustEmail, mappings } = draft.value;
  const set = (change: Partial<Fields>) => draft.set({ ...draft.value, ...change });
  return (
    <DraftForm draft={draft} maw={720} submit={text.save}>
      <Switch
        label={text.secondFactor}
        description={text.secondFactorHelp}
        checked={secondFactor}
        onChange={(event) => set({ secondFactor: event.currentTarget.checked })}
      />
      <Switch
        label={text.sso}
        checked={connected}
        onChange={(event) => set({ connected: event.currentTarget.checked })}
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
              onChange={(event) => set({ issuer: event.currentTarget.value })}
            />
            <TextInput
              label={text.clientId}
              required
              value={clientId}
              onChange={(event) => set({ clientId: event.currentTarget.value })}
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
              onChange={(event) => set({ groupsClaim: event.currentTarget.value })}
            />
            <Switch
              label={text.trustEmail}
              checked={trustEmail}
              onChange={(event) => set({ trustEmail: event.currentTarget.checked })}
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
        onChange={(event) => set({ mappings: event.currentTarget.value })}
      />
    </DraftForm>
  );
}
