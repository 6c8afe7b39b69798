/** A new system, by its declaration. */
import { createSystem, getCatalogue } from '@custos/contract';
import { Button, Group, Stack } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { DeclarationFields, emptyDeclaration } from '../../parts/declaration-form.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Page } from '../../parts/page.tsx';
import { text } from './text.ts';

export function NewSystemPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/new-system' });
  const navigate = useNavigate();
  const catalogue = useQuery(read(getCatalogue, { params: { organisation } }));
  const [value, setValue] = useState(emptyDeclaration);
  const creating = useMutation({
    mutationFn: () => client.call(createSystem, { params: { organisation }, body: value }),
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries();
      await navigate({ to: '/$organisation/systems/$system/board', params: { organisation, system: id } });
    },
  });
  return (
    <Page title={text.newTitle} description={text.newHelp}>
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          creating.mutate();
        }}
      >
        <Stack maw={760}>
          <DeclarationFields
            value={value}
            onChange={setValue}
            creating
            features={catalogue.data?.features ?? {}}
          />
          {creating.error ? <Failure error={creating.error} /> : null}
          <Group justify="flex-end">
            <Button
              variant="default"
              renderRoot={(props) => (
                <Link to="/$organisation/systems" params={{ organisation }} {...props} />
              )}
            >
              {text.cancel}
            </Button>
            <Button type="submit" loading={creating.isPending}>
              {text.newSubmit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Page>
  );
}
