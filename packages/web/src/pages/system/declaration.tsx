/** The declaration: read by everybody who may see the system, changed by its Developer and System Operator. */
import { declareSystem } from '@custos/contract';
import { Button, Paper } from '@mantine/core';
import { useState } from 'react';
import { client } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { type Declaration, DeclarationFields } from '../../parts/declaration-form.tsx';
import { DraftForm, useDraft, type Version } from '../../parts/draft.tsx';
import { Section } from '../../parts/section.tsx';
import { Tree } from '../../parts/tree.tsx';
import { useCatalogue, useStanding, useSystem, useSystemParams } from './data.ts';
import { text } from './text.ts';

export function DeclarationPage() {
  const system = useSystem();
  const { may } = useStanding();
  const [editing, setEditing] = useState(false);
  return (
    <Section
      title={text.declaration.title}
      of={system.data?.value.name ?? ''}
      help={text.declaration.help}
      actions={
        may('system.declare') && !editing ? (
          <Button size="xs" onClick={() => setEditing(true)}>
            {text.declaration.edit}
          </Button>
        ) : null
      }
    >
      <Await query={system}>
        {({ value: { declaration }, etag = '' }) =>
          editing ? (
            <Edit newest={{ value: declaration, etag }} close={() => setEditing(false)} />
          ) : (
            <Paper withBorder p="md">
              <Tree value={declaration} />
            </Paper>
          )
        }
      </Await>
    </Section>
  );
}

function Edit({ newest, close }: { newest: Version<Declaration>; close: () => void }) {
  const params = useSystemParams();
  const catalogue = useCatalogue();
  const draft = useDraft(
    newest,
    (body, ifMatch) => client.call(declareSystem, { params, body }, { ifMatch }),
    { say: text.people.saved, close },
  );
  return (
    <DraftForm
      draft={draft}
      maw={760}
      submit={text.people.save}
      justify="flex-end"
      cancel={
        <Button variant="default" onClick={close}>
          {text.people.cancel}
        </Button>
      }
    >
      <DeclarationFields value={draft.value} onChange={draft.set} features={catalogue.data?.features ?? {}} />
    </DraftForm>
  );
}
