import { Button, Center, Paper, PasswordInput, Stack, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { signIn } from '../api/session.ts';
import { Failure } from '../parts/failure.tsx';

export function SignInPage() {
  const { to } = useSearch({ from: '/sign-in' });
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const signing = useMutation({
    mutationFn: () => signIn(email, password),
    onSuccess: () => window.location.assign(to ?? '/'),
  });
  return (
    <Center mih="100vh" component="main" p="md">
      <Paper withBorder p="xl" w={400} maw="100%">
        <form
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            signing.mutate();
          }}
        >
          <Stack>
            <Title order={1} size="h3">
              Sign in to Custos
            </Title>
            <TextInput
              label="E-mail"
              type="email"
              autoComplete="username webauthn"
              required
              value={email}
              onChange={(event) => setEmail(event.currentTarget.value)}
            />
            <PasswordInput
              label="Password"
              autoComplete="current-password"
              required
              value={password}
              onChange={(event) => setPassword(event.currentTarget.value)}
            />
            {signing.error ? <Failure error={signing.error} /> : null}
            <Button type="submit" loading={signing.isPending}>
              Sign in
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
