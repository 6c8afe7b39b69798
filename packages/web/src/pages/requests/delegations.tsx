/** Who decides in whose place on a system. */
import { createDelegation, listDelegations, revokeDelegation } from '@custos/contract';
import { DeciderRole } from '@custos/core';
import { Button, Group, Modal, Select, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Time } from '../../parts/time.tsx';
import { ROLE } from '../../parts/words.ts';
import { useStanding, useSystem, useSystemParams } from '../system/data.ts';
import { endOfDay } from './choices.ts';
import { text } from './text.ts';

const words = text.delegations;

export function Delegations() {
  const params = useSystemParams();
  const { may, person } = useStanding();
  const delegations = useQuery(read(listDelegations, { params }));
  const ending = useMutation({
    mutationFn: (delegation: string) => client.call(revokeDelegation, { params: { ...params, delegation } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <Stack component="section" gap="xs">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={3} size="h5">
            {words.title}
          </Title>
          <Text size="sm" c="dimmed">
            {words.help}
          </Text>
        </div>
        {may('decision.make') ? <Give /> : null}
      </Group>
      {ending.error ? <Failure error={ending.error} /> : null}
      <Await query={delegations} height={60}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm">{words.none}</Text>
          ) : (
            <Stack gap="xs">
              {items.map(({ id, from, to, role, startsAt, endsAt, reason }) => (
                <Group key={id} gap="xs">
                  <Text size="sm">
                    {words.line(from, to, ROLE[role])}, <Time at={startsAt} short /> –{' '}
                    <Time at={endsAt} short />. {reason}
                  </Text>
                  {from === person ? (
                    <Button size="compact-xs" variant="default" onClick={() => ending.mutate(id)}>
                      {words.end}
                    </Button>
                  ) : null}
                </Group>
              ))}
            </Stack>
          )
        }
      </Await>
    </Stack>
  );
}

function Give() {
  const params = useSystemParams();
  const { person, speaks } = useStanding();
  const system = useSystem();
  const [opened, { open, close }] = useDisclosure(false);
  const roles = speaks.flatMap((role) => DeciderRole.safeParse(role).data ?? []);
  const [role, setRole] = useState(roles[0]);
  const [to, setTo] = useState<string | null>(null);
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const others = (system.data?.value.roles ?? [])
    .filter((one) => one.role === role && one.person !== person)
    .map((one) => one.person);
  const giving = useMutation({
    mutationFn: () =>
      client.call(createDelegation, {
        params,
        body: { to: to ?? '', role: role ?? 'developer', reason, endsAt: endOfDay(until) },
      }),
    onSuccess: async () => {
      close();
      notifications.show({ message: words.given, color: 'green' });
      await queryClient.invalidateQueries();
    },
  });
  return (
    <>
      <Button size="xs" variant="default" onClick={open}>
        {words.give}
      </Button>
      <Modal
        opened={opened}
        onClose={close}
        title={words.give}
        closeButtonProps={{ 'aria-label': text.request.close }}
      >
        <form
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            giving.mutate();
          }}
        >
          <Stack gap="sm">
            <Select
              label={words.role}
              allowDeselect={false}
              data={roles.map((value) => ({ value, label: ROLE[value] }))}
              value={role ?? null}
              onChange={(value) => setRole(DeciderRole.safeParse(value).data)}
            />
            {others.length === 0 ? (
              <Text size="sm">{words.nobody}</Text>
            ) : (
              <Select label={words.to} required data={others} value={to} onChange={setTo} />
            )}
            <TextInput
              type="date"
              label={words.until}
              required
              value={until}
              onChange={(event) => setUntil(event.currentTarget.value)}
            />
            <Textarea
              label={words.reason}
              required
              minLength={20}
              autosize
              minRows={2}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            {giving.error ? <Failure error={giving.error} /> : null}
            <Group justify="flex-end">
              <Button type="submit" loading={giving.isPending} disabled={to === null}>
                {words.give}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
