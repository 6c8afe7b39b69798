/** Who decides in whose place on a system. */
import { createDelegation, listDelegations, revokeDelegation } from '@custos/contract';
import { DeciderRole } from '@custos/core';
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { DayField, endOfDay } from '../../parts/day-field.tsx';
import { Failure } from '../../parts/failure.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { Part } from '../../parts/part.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Time } from '../../parts/time.tsx';
import { ROLE } from '../../parts/words.ts';
import { useStanding, useSystem, useSystemParams } from '../system/data.ts';
import { text } from './text.ts';

const words = text.delegations;

export function Delegations() {
  const params = useSystemParams();
  const { may, person } = useStanding();
  const [giving, setGiving] = useState(false);
  const delegations = useQuery(read(listDelegations, { params }));
  const ending = useMutation({
    mutationFn: (delegation: string) => client.call(revokeDelegation, { params: { ...params, delegation } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <Part
      title={words.title}
      help={words.help}
      actions={
        may('decision.make') ? (
          <Button size="xs" variant="default" onClick={() => setGiving(true)}>
            {words.give}
          </Button>
        ) : null
      }
    >
      {giving ? <Give close={() => setGiving(false)} /> : null}
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
                    <Button
                      size="compact-xs"
                      variant="default"
                      aria-label={words.endOf(to)}
                      loading={ending.isPending}
                      onClick={() => ending.mutate(id)}
                    >
                      {words.end}
                    </Button>
                  ) : null}
                </Group>
              ))}
            </Stack>
          )
        }
      </Await>
    </Part>
  );
}

function Give({ close }: { close: () => void }) {
  const params = useSystemParams();
  const { person, speaks } = useStanding();
  const system = useSystem();
  const roles = speaks.flatMap((role) => DeciderRole.safeParse(role).data ?? []);
  const [role, setRole] = useState(roles[0] ?? 'developer');
  const [chosen, setTo] = useState<string | null>(null);
  const [until, setUntil] = useState('');
  const [reason, setReason] = useState('');
  const others = (system.data?.value.roles ?? [])
    .filter((one) => one.role === role && one.person !== person)
    .map((one) => one.person);
  const to = others.find((one) => one === chosen);
  return (
    <FormDialog
      title={words.give}
      submit={words.give}
      done={words.given}
      size="md"
      close={close}
      disabled={to === undefined}
      run={() =>
        client.call(createDelegation, {
          params,
          body: { to: to ?? '', role, reason, endsAt: endOfDay(until) },
        })
      }
    >
      <Select
        label={words.role}
        allowDeselect={false}
        data={roles.map((value) => ({ value, label: ROLE[value] }))}
        value={role}
        onChange={(value) => setRole(DeciderRole.safeParse(value).data ?? role)}
      />
      {others.length === 0 ? (
        <Text size="sm">{words.nobody}</Text>
      ) : (
        <Select label={words.to} required data={others} value={to ?? null} onChange={setTo} />
      )}
      <DayField label={words.until} value={until} onChange={setUntil} />
      <ReasonField label={words.reason} value={reason} onChange={setReason} />
    </FormDialog>
  );
}
