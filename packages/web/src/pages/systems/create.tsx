/** A new system, by its declaration. */
import { createSystem, getCatalogue } from '@custos/contract';
import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { DeclarationFields, emptyDeclaration } from '../../parts/declaration-form.tsx';
import { Form } from '../../parts/form.tsx';
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
      <Form
        run={creating}
        maw={760}
        submit={text.newSubmit}
        justify="flex-end"
        cancel={
          <Button
            variant="default"
            renderRoot={(props) => <Link to="/$organisation/systems" params={{ organisation }} {...props} />}
          >
            {text.cancel}
          </Button>
        }
      >
        <DeclarationFields
          value={value}
          onChange={setValue}
          creating
          features={catalogue.data?.features ?? {}}
        />
      </Form>
    </Page>
  );
}
