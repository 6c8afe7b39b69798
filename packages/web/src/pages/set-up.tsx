import { setUp } from '@custos/contract';
import { PasswordInput, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../api/client.ts';
import { enter } from '../api/session.ts';
import { Entrance } from '../parts/entrance.tsx';
import { Form } from '../parts/form.tsx';
import { slugOf } from '../parts/slug.ts';

export function SetUpPage() {
  const [values, setValues] = useState({ name: '', email: '', password: '', organisation: '' });
  const set = (field: keyof typeof values) => (event: { currentTarget: { value: string } }) =>
    setValues({ ...values, [field]: event.currentTarget.value });
  const id = slugOf(values.organisation);
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
          organisation: { id, name: organisation },
        },
      });
      await enter(email, password);
    },
    onSuccess: () => window.location.assign('/'),
  });
  return (
    <Entrance title="Welcome to Custos">
      <Form run={making} submit="Begin" disabled={id === ''}>
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
          description={
            id === '' ? 'With letters or digits of a–z, for its short name' : `Its short name: ${id}`
          }
          autoComplete="organization"
          required
          value={values.organisation}
          onChange={set('organisation')}
        />
      </Form>
    </Entrance>
  );
}
