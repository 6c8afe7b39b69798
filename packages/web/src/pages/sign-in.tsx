import { startSso, targetOf } from '@custos/contract';
import { Alert, Button, Divider, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { client } from '../api/client.ts';
import { giveCode, passkeysInFields, passkeysPossible, signIn, signInByPasskey } from '../api/session.ts';
import { Entrance } from '../parts/entrance.tsx';
import { Failure } from '../parts/failure.tsx';
import { text } from './sign-in-text.ts';

type Way = 'password' | 'code' | 'organisation';

export function SignInPage() {
  const { to, problem } = useSearch({ from: '/sign-in' });
  const [way, setWay] = useState<Way>('password');
  const enter = () => window.location.assign(targetOf(to));
  return (
    <Entrance title={way === 'code' ? text.codeTitle : text.title}>
      {problem && way === 'password' ? (
        <Alert color="red" role="alert">
          {text.problems[problem]}
        </Alert>
      ) : null}
      {way === 'password' ? <WithPassword enter={enter} askCode={() => setWay('code')} /> : null}
      {way === 'code' ? <WithCode enter={enter} back={() => setWay('password')} /> : null}
      {way === 'organisation' ? <WithOrganisation to={to} back={() => setWay('password')} /> : null}
      {way === 'password' ? (
        <Button variant="subtle" onClick={() => setWay('organisation')}>
          {text.sso}
        </Button>
      ) : null}
    </Entrance>
  );
}

function onSubmit(act: () => void) {
  return (event: FormEvent) => {
    event.preventDefault();
    act();
  };
}

function WithPassword({ enter, askCode }: { enter: () => void; askCode: () => void }) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const offered = useOfferedPasskeys(enter);
  const signing = useMutation({
    mutationFn: () => {
      offered.end();
      return signIn(email, password);
    },
    onSuccess: (secondFactor) => (secondFactor ? askCode() : enter()),
  });
  const byPasskey = useMutation({
    mutationFn: () => {
      offered.end();
      return signInByPasskey();
    },
    onSuccess: enter,
  });
  return (
    <>
      <form onSubmit={onSubmit(() => signing.mutate())}>
        <Stack>
          <TextInput
            label={text.email}
            type="email"
            autoComplete="username webauthn"
            required
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={text.password}
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {signing.error ? <Failure error={signing.error} /> : null}
          <Button type="submit" loading={signing.isPending}>
            {text.signIn}
          </Button>
        </Stack>
      </form>
      {passkeysPossible() ? (
        <>
          <Divider label={text.or} labelPosition="center" />
          {byPasskey.error ? <Failure error={byPasskey.error} /> : null}
          <Button variant="default" loading={byPasskey.isPending} onClick={() => byPasskey.mutate()}>
            {text.passkey}
          </Button>
        </>
      ) : null}
    </>
  );
}

/** Lets the browser list passkeys in the e-mail field, until somebody signs in another way. */
function useOfferedPasskeys(enter: () => void): { end: () => void } {
  const waiting = useRef(new AbortController());
  const entering = useRef(enter);
  useEffect(() => {
    const controller = new AbortController();
    waiting.current = controller;
    void (async () => {
      if (!(await passkeysInFields()) || controller.signal.aborted) return;
      try {
        await signInByPasskey({ inField: true, signal: controller.signal });
        entering.current();
      } catch {
        // Nobody chose one, or it did not fit: the form is there still.
      }
    })();
    return () => controller.abort();
  }, []);
  return { end: () => waiting.current.abort() };
}

function WithCode({ enter, back }: { enter: () => void; back: () => void }) {
  const [code, setCode] = useState('');
  const giving = useMutation({ mutationFn: () => giveCode(code), onSuccess: enter });
  return (
    <form onSubmit={onSubmit(() => giving.mutate())}>
      <Stack>
        <TextInput
          label={text.code}
          description={text.codeHelp}
          autoComplete="one-time-code"
          required
          data-autofocus
          ref={(input) => input?.focus()}
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {giving.error ? <Failure error={giving.error} /> : null}
        <Button type="submit" loading={giving.isPending}>
          {text.giveCode}
        </Button>
        <Button variant="subtle" onClick={back}>
          {text.startAgain}
        </Button>
      </Stack>
    </form>
  );
}

function WithOrganisation({ to, back }: { to: string | undefined; back: () => void }) {
  const [organisation, setOrganisation] = useState('');
  const starting = useMutation({
    mutationFn: () =>
      client.call(startSso, {
        body: { organisation: organisation.trim().toLowerCase(), ...(to === undefined ? {} : { to }) },
      }),
    onSuccess: ({ url }) => window.location.assign(url),
  });
  return (
    <form onSubmit={onSubmit(() => starting.mutate())}>
      <Stack>
        <TextInput
          label={text.organisation}
          description={text.organisationHelp}
          autoComplete="organization"
          required
          ref={(input) => input?.focus()}
          value={organisation}
          onChange={(event) => setOrganisation(event.currentTarget.value)}
        />
        {starting.error ? <Failure error={starting.error} /> : null}
        <Button type="submit" loading={starting.isPending}>
          {text.go}
        </Button>
        <Button variant="subtle" onClick={back}>
          <Text span>{text.withPassword}</Text>
        </Button>
      </Stack>
    </form>
  );
}
