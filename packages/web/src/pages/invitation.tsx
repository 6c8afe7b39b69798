/** Accepting an invitation. Its token is after the # of the address, so that it reaches no log. */
import { acceptInvitation, lookAtInvitation, ProblemError } from '@custos/contract';
import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../api/client.ts';
import { enter } from '../api/session.ts';
import { Await } from '../parts/await.tsx';
import { Entrance } from '../parts/entrance.tsx';
import { Failure } from '../parts/failure.tsx';
import { Form } from '../parts/form.tsx';
import { text as frame } from './sign-in-text.ts';

const text = frame.invitation;

const KEPT = 'custos.invitation';

/** From the link; or kept in this tab while somebody signs in, where no log sees it. */
function tokenOfLink(): string {
  const given = window.location.hash.slice(1);
  return given === '' ? (sessionStorage.getItem(KEPT) ?? '') : given;
}

export function InvitationPage() {
  const [token] = useState(tokenOfLink);
  const invitation = useQuery({
    queryKey: ['invitations.look', token],
    queryFn: () => client.call(lookAtInvitation, { body: { token } }),
    enabled: token !== '',
    retry: false,
  });
  return (
    <Entrance title={text.title}>
      {token === '' ? <Alert color="yellow">{text.noToken}</Alert> : null}
      {token === '' ? null : (
        <Await query={invitation}>
          {({ invitedBy, organisation, person, role, hasAccount }) => (
            <>
              <Text>{text.who(invitedBy, organisation, role)}</Text>
              <Text size="sm" c="dimmed">
                {text.for(person)}
              </Text>
              {hasAccount ? <WithAccount token={token} /> : <NewAccount token={token} person={person} />}
            </>
          )}
        </Await>
      )}
    </Entrance>
  );
}

function WithAccount({ token }: { token: string }) {
  const accepting = useMutation({
    mutationFn: () => client.call(acceptInvitation, { body: { token } }),
    onSuccess: ({ organisation }) => {
      sessionStorage.removeItem(KEPT);
      window.location.assign(`/${organisation}`);
    },
  });
  const { error } = accepting;
  const signedOut = error instanceof ProblemError && error.problem.status === 401;
  return (
    <Stack>
      {signedOut ? (
        <>
          <Text>{text.signInFirst}</Text>
          <Button
            onClick={() => {
              sessionStorage.setItem(KEPT, token);
              window.location.assign('/sign-in?to=/invitation');
            }}
          >
            {frame.signIn}
          </Button>
        </>
      ) : (
        <>
          {error ? <Failure error={error} /> : null}
          <Button loading={accepting.isPending} onClick={() => accepting.mutate()}>
            {text.accept}
          </Button>
        </>
      )}
    </Stack>
  );
}

function NewAccount({ token, person }: { token: string; person: string }) {
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const accepting = useMutation({
    mutationFn: async () => {
      const { organisation } = await client.call(acceptInvitation, { body: { token, name, password } });
      await enter(person, password);
      return organisation;
    },
    onSuccess: (organisation) => {
      sessionStorage.removeItem(KEPT);
      window.location.assign(`/${organisation}`);
    },
  });
  return (
    <Form run={accepting} submit={text.accept}>
      <TextInput
        label={text.name}
        autoComplete="name"
        required
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      {/* For password managers. */}
      <input type="hidden" autoComplete="username" value={person} readOnly />
      <PasswordInput
        label={text.newPassword}
        description={text.passwordHelp}
        autoComplete="new-password"
        required
        minLength={12}
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </Form>
  );
}
