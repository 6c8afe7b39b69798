import { setUp } from '@custos/contract';
import { Button, Center, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client } from '../api/client.ts';
import { signIn } from '../api/session.ts';
import { Failure } from '../parts/failure.tsx';

/** `Acme Ltd.` → `acme-ltd` */
function slugOf(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 63);
}

export function SetUpPage() {
  const [values, setValues] = useState({ name: '', email: '', password: '', organisation: '' });
  const set = (field: keyof typeof values) => (event: { currentTarget: { value: string } }) =>
    setValues({ ...values, [field]: event.currentTarget.value });
  const making = useMutation({
    mutationFn: async () => {
      const { name, email, password, organisation } = values;
      await client.call(setUp, {
        body: {
          // After the #, so that it never reaches a log.
          token: window.location.hash.slice(1),
          name,
          email,
          password,
          organisation: { id: slugOf(organisation), name: organisation },
        },
      });
      await signIn(email, password);
    },
    onSuccess: () => window.location.assign('/'),
  });
  return (
    <Center mih="100vh" component="main" p="md">
      <Paper withBorder p="xl" w={440} maw="100%">
        <form
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            making.mutate();
          }}
        >
          <Stack>
            <Title order={1} size="h3">
              Welcome to Custos
            </Title>
            <Text size="sm">You become the first administrator. Everybody else is invited by you.</Text>
            <TextInput
              label="Your name"
              autoComplete="name"
              required
              value={values.name}
              onChange={set('name')}
            />
            <TextInput
              label="E-mail"
              type="email"
              autoComplete="username"
              required
              value={values.email}
              onChange={set('email')}
            />
            <PasswordInput
              label="Password"
              description="12 characters or more; several unrelated words are good"
              autoComplete="new-password"
              required
              minLength={12}
              value={values.password}
              onChange={set('password')}
            />
            <TextInput
              label="Organisation"
              autoComplete="organization"
              required
              value={values.organisation}
              onChange={set('organisation')}
            />
            {making.error ? <Failure error={making.error} /> : null}
            <Button type="submit" loading={making.isPending}>
              Begin
            </Button>
          </Stack>
        </form>
      </Paper>
    </Center>
  );
}
